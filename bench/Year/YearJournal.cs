using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;

namespace Tocsin.Bench.Year;

/// <summary>What fills a journal between incidents: checks that change their mind for a moment.</summary>
/// <remarks>Inserted row by row into the table itself: a million units would only repeat what the benchmark of the journal measures.</remarks>
internal static class YearJournal
{
    private const string Insert = """
        insert into journal (at, kind, v, subject, service, actor, cause, body) values (@At, @Kind, @V, @Subject, @Service, @Actor, @Cause, @Body)
        """;

    public static Task WriteAsync(IStore store, ChecksModel checks, Random random, DateTimeOffset from, DateTimeOffset until, int rows)
    {
        var step = (until - from) / rows;
        var batch = new List<JournalRow>(rows);
        for (var row = 0; row < rows; row++)
        {
            var check = checks.Checks[checks.Order[random.Next(checks.Order.Count)]];
            batch.Add(Row(Blip(check, from + step * row, random), from + step * row));
        }
        return store.WriteAsync(async tx => { await tx.ExecuteAsync(Insert, batch); });
    }

    private static Fact Blip(CheckModel check, DateTimeOffset at, Random random) => random.Next(20) switch
    {
        < 9 => new CheckDegraded(check.Key, check.Service, at.AddSeconds(-4), "slow", "answered after 2,104 ms, expected 2,000 ms", check.Probe.Target, 3),
        < 18 => new CheckUp(check.Key, check.Service, at.AddSeconds(-1), 34_000, check.Probe.Target),
        18 => new CheckUnknown(check.Key, check.Service, at.AddSeconds(-2), "own-lag", "this server stood still for 4 s"),
        _ => new CheckFlapping(check.Key, check.Service, 61),
    };

    private static JournalRow Row(Fact fact, DateTimeOffset at)
    {
        var kind = FactKinds.Of(fact.GetType());
        return new JournalRow
        {
            At = at.ToUnixTimeMilliseconds(), Kind = kind.Kind, V = kind.Version, Subject = fact.Subject.Text, Service = fact.OfService?.Value,
            Actor = Actor.Tocsin.Text, Cause = 0, Body = FactKinds.Write(fact),
        };
    }
}
