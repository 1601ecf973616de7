using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Storage;

/// <summary>Journal entries of one unit, collected until its end so that they are written last and together.</summary>
internal sealed class UnitEntries
{
    internal sealed record Pending(Fact Fact, DateTimeOffset At, Actor Actor, Cause Cause);

    private readonly List<Pending> pending = [];

    public int Count => pending.Count;

    public Cause Add(Fact fact, DateTimeOffset at, Actor actor, Cause cause)
    {
        if (cause.UnitIndex > pending.Count) throw new ArgumentException("the cause comes later in the unit", nameof(cause));
        pending.Add(new Pending(fact, at, actor, cause));
        return Cause.InUnit(pending.Count);
    }

    /// <summary>The rows in order. <paramref name="seqOf"/> answers the seq that an earlier row of the same unit received.</summary>
    public JournalRow Row(int index, Func<int, long> seqOf)
    {
        var (fact, at, actor, cause) = pending[index];
        var kind = FactKinds.Of(fact.GetType());
        return new JournalRow
        {
            At = at.ToUnixTimeMilliseconds(),
            Kind = kind.Kind,
            V = kind.Version,
            Subject = fact.Subject.Text,
            Service = fact.OfService?.Value,
            Actor = actor.Text,
            Cause = cause.UnitIndex > 0 ? seqOf(cause.UnitIndex - 1) : cause.Seq,
            Body = FactKinds.Write(fact),
        };
    }
}

/// <summary>A row of the table <c>journal</c>.</summary>
internal sealed class JournalRow
{
    public long Seq { get; init; }
    public long At { get; init; }
    public string Kind { get; init; } = "";
    public long V { get; init; }
    public string Subject { get; init; } = "";
    public string? Service { get; init; }
    public string Actor { get; init; } = "";
    public long Cause { get; init; }
    public string Body { get; init; } = "";

    public const string Columns = "seq, at, kind, v, subject, service, actor, cause, body";

    public JournalEntry ToEntry() => new(Seq, DateTimeOffset.FromUnixTimeMilliseconds(At), Kind, (int)V, new Subject(Subject),
        Service is null ? null : new ServiceKey(Service), new Actor(Actor), Cause, Body);
}
