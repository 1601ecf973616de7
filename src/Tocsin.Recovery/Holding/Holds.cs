using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Recovery;

/// <summary>Somebody holds everything automatic over [SetAt, Until).</summary>
/// <param name="Owner">Name for people.</param>
public sealed record Hold(long Id, string Owner, string Why, DateTimeOffset SetAt, DateTimeOffset Until)
{
    /// <summary>Such as <c>Ada until 14:00 UTC: the database is being moved</c>.</summary>
    internal string InWords => FormattableString.Invariant($"{Owner} until {Until:yyyy-MM-dd HH:mm} UTC: {Why}");
}

/// <summary>The one button that stops everything automatic. What a person asks for is done all the same.</summary>
public sealed class Holds
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);
    public const int WhyLengthMax = 300;
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    private readonly IStore store;
    private readonly IRevisions revisions;
    private readonly SteadyTime steady;
    private readonly TimeProvider clock;

    internal Holds(IStore store, IRevisions revisions, SteadyTime steady, TimeProvider clock) =>
        (this.store, this.revisions, this.steady, this.clock) = (store, revisions, steady, clock);

    /// <summary>Holds everything automatic; a hold that is there already is replaced.</summary>
    /// <returns>The hold, or why it is refused.</returns>
    public async Task<Parsed<Hold>> SetAsync(TimeSpan length, string? why, Actor by, CancellationToken cancellation = default)
    {
        if (length < Shortest || length > Longest) return Parsed<Hold>.Bad("a hold lasts from 1 minute to 7 days");
        if (why?.Trim() is not { Length: > 0 and <= WhyLengthMax } reason) return Parsed<Hold>.Bad($"say why, in 1 to {WhyLengthMax} characters");
        var owner = by.Person is { } person ? revisions.Current.Catalog.NameOf(person) : by.InWords;
        return await store.WriteAsync<Parsed<Hold>>(async tx =>
        {
            var (now, at) = (steady.Now, clock.GetUtcNow());
            var replaced = await ActiveAsync(tx);
            if (replaced is not null) await EndAsync(tx, replaced.Id, now);
            var hold = new Hold(0, owner, reason, now, now + length);
            var id = await InsertAsync(tx, hold);
            if (replaced is not null) tx.Append(new HoldEnded(replaced.Id, replaced.Owner, replaced.Why, Expired: false), at, by);
            tx.Append(new HoldSet(id, owner, reason, at + length), at, by);
            return hold with { Id = id };
        }, cancellation: cancellation);
    }

    /// <returns>False when nothing was held.</returns>
    public Task<bool> EndAsync(Actor by, CancellationToken cancellation = default) => store.WriteAsync(async tx =>
    {
        if (await ActiveAsync(tx) is not { } hold) return false;
        await EndAsync(tx, hold.Id, steady.Now);
        tx.Append(new HoldEnded(hold.Id, hold.Owner, hold.Why, Expired: false), clock.GetUtcNow(), by);
        return true;
    }, cancellation: cancellation);

    /// <summary>Ends a hold whose time is over, aloud.</summary>
    internal async Task ExpireAsync(Lease lease, CancellationToken cancellation)
    {
        if (await store.ReadAsync(async tx => await ActiveAsync(tx), cancellation) is not { } seen || seen.Until > steady.Now) return;
        await store.WriteAsync(async tx =>
        {
            if (await ActiveAsync(tx) is not { } hold || hold.Until > steady.Now) return;
            await EndAsync(tx, hold.Id, steady.Now);
            tx.Append(new HoldEnded(hold.Id, hold.Owner, hold.Why, Expired: true), clock.GetUtcNow(), Actor.Tocsin);
        }, lease, cancellation);
    }

    /// <summary>The hold in force, its times as the wall clock shows them; null when nothing is held.</summary>
    public async Task<Hold?> ActiveAsync(CancellationToken cancellation = default) =>
        await store.ReadAsync(async tx => await ActiveAsync(tx), cancellation) is { } hold
            ? hold with { SetAt = steady.OnTheWall(hold.SetAt), Until = steady.OnTheWall(hold.Until) } : null;

    /// <summary>The one that has not been ended; one whose time is over holds until that is said.</summary>
    internal static async Task<Hold?> ActiveAsync(IReadTx tx) =>
        (await tx.FirstAsync<HoldRow>("select id, owner, why, set_at, until from recovery_hold where ended_at is null"))?.ToHold();

    private static Task<long> InsertAsync(ITx tx, Hold hold) => tx.InsertAsync("""
        insert into recovery_hold (owner, why, set_at, until) values (@Owner, @Why, @from, @until) returning id
        """, new { hold.Owner, hold.Why, from = hold.SetAt.ToUnixTimeMilliseconds(), until = hold.Until.ToUnixTimeMilliseconds() });

    private static Task<int> EndAsync(ITx tx, long id, DateTimeOffset at) => tx.ExecuteAsync(
        "update recovery_hold set ended_at = @at where id = @id", new { id, at = at.ToUnixTimeMilliseconds() });

    private sealed class HoldRow
    {
        public long Id { get; init; }
        public string Owner { get; init; } = "";
        public string Why { get; init; } = "";
        public long SetAt { get; init; }
        public long Until { get; init; }
        public Hold ToHold() => new(Id, Owner, Why, DateTimeOffset.FromUnixTimeMilliseconds(SetAt), DateTimeOffset.FromUnixTimeMilliseconds(Until));
    }
}
