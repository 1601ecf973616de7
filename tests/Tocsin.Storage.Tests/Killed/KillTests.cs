using System.Globalization;
using Dapper;

namespace Tocsin.Storage.Tests;

/// <summary>A storm of facts and sends whose process is killed again and again: nothing accepted is lost.</summary>
public sealed class KillTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("tocsin-kill-").FullName;
    private readonly Random random = new();

    private string Data => Path.Combine(directory, "data");
    private string Log => Path.Combine(directory, "sink.log");

    private static int Kills => Environment.GetEnvironmentVariable("TOCSIN_TEST_LONG") == "1" ? 1_000 : 63;

    [Fact]
    public async Task Storm_KilledAgainAndAgain_AccountsForEveryAcceptedFact()
    {
        using var sink = CrashProcess.Start(null, "sink", Log);
        var port = await sink.HearAsync("");
        var accepted = new List<string>();
        for (var life = 1; life <= Kills; life++) accepted.AddRange(await LiveAndDieAsync(port, life));
        using var last = CrashProcess.Start(null, "drain", Data, port, "last");
        await last.HearAsync("rest");
        (await last.EndAsync()).ShouldBe(0);
        await sink.KillAsync();

        accepted.Count.ShouldBeGreaterThan(Kills);
        Judge(accepted);
    }

    /// <summary>A third of the lives end between the commit and the send, a third between the send and its settling, a third anywhere.</summary>
    private async Task<IEnumerable<string>> LiveAndDieAsync(string port, int life)
    {
        var halt = (life % 3) switch { 0 => $"before:{random.Next(1, 12)}", 1 => $"after:{random.Next(1, 12)}", _ => "never" };
        using var storm = CrashProcess.Start(null, "storm", Data, port, life.ToString(CultureInfo.InvariantCulture), "FULL", halt);
        await storm.HearAsync(halt == "never" ? "accepted" : "halt");
        if (halt == "never") await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 80)), TimeProvider.System);
        await storm.KillAsync();
        return storm.Accepted;
    }

    private void Judge(List<string> accepted)
    {
        var received = File.ReadAllLines(Log).Select(line => line.Split(' ')).Select(parts => (Key: parts[0], Life: parts[1])).ToList();
        // One life sends a key once: a repeat needs a kill between.
        received.GroupBy(line => line).Where(group => group.Count() > 1).ShouldBeEmpty();
        received.Count.ShouldBeGreaterThan(received.Select(line => line.Key).Distinct().Count(), "no kill hit a send: this test proved nothing");
        using var connection = new Sqlite.SqliteFile(Path.Combine(Data, "tocsin.db"), "FULL").Open();
        var journal = connection.Query<string>("select json_extract(body, '$.revision') from journal where kind = 'config.applied'").ToHashSet();
        var failed = connection.Query<string>("select idempotency_key from ledger where state = 'failed' and outcome <> ''").ToHashSet();
        var seen = received.Select(line => line.Key).ToHashSet();
        accepted.Except(journal).ShouldBeEmpty("accepted and not in the journal");
        journal.Except(seen).Except(failed).ShouldBeEmpty("neither at the sink nor failed aloud");
        seen.Except(journal).ShouldBeEmpty("sent and never decided");
        connection.QueryFirst<string>("pragma integrity_check").ShouldBe("ok");
    }

    [Fact]
    public async Task Take_DirectoryThatAnotherProcessHolds_NamesItUntilItIsKilled()
    {
        using var holder = CrashProcess.Start(null, "hold", Data);
        await holder.HearAsync("held");
        using var second = CrashProcess.Start(null, "hold", Data);
        var refusal = await second.HearAsync("another Tocsin");
        refusal.ShouldMatch($"^another Tocsin \\(process [0-9]+\\) is using {Data}; stop it, or choose another directory with --data$");
        (await second.EndAsync()).ShouldBe(1);
        await holder.KillAsync();
        using var third = CrashProcess.Start(null, "hold", Data);
        await third.HearAsync("held");
        (await third.EndAsync()).ShouldBe(0);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
