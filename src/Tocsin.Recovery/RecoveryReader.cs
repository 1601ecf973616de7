using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Recovery;

/// <summary>What the journal said last of a check.</summary>
/// <param name="Seq">The entry; the cause of what follows from it.</param>
/// <param name="Changes">Entries about it since a moment.</param>
internal sealed record Sighting(long Seq, Outcome State, bool IsFlapping, int Changes)
{
    public static readonly Sighting None = new(0, Outcome.Unknown, false, 0);
}

/// <summary>Keeps what the journal says of checks: traffic moves only for what is written.</summary>
internal sealed class RecoveryReader : IJournalReader
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    public string Name => "recovery";

    public async ValueTask HandleAsync(ITx tx, JournalEntry entry, DateTimeOffset now)
    {
        var (check, state) = entry.Fact switch
        {
            CheckDown fact => (fact.Check, (Outcome?)Outcome.Down),
            CheckDegraded fact => (fact.Check, Outcome.Degraded),
            CheckUp fact => (fact.Check, Outcome.Up),
            CheckUnknown fact => (fact.Check, Outcome.Unknown),
            CheckFlapping fact => (fact.Check, Outcome.Unknown),
            _ => (default, null),
        };
        if (state is not { } seen) return;
        await tx.ExecuteAsync("delete from recovery_sighting where check_key = @Value and at < @before",
            new { check.Value, before = (entry.At - Kept).ToUnixTimeMilliseconds() });
        await tx.ExecuteAsync("""
            insert into recovery_sighting (seq, check_key, state, flapping, at) values (@Seq, @check, @state, @flapping, @at)
            on conflict (seq) do nothing
            """, new
        {
            entry.Seq, check = check.Value, state = (long)seen, flapping = entry.Fact is CheckFlapping ? 1L : 0, at = entry.At.ToUnixTimeMilliseconds(),
        });
    }

    /// <param name="since">Counts changes from here on.</param>
    public static async Task<Sighting> FindAsync(IReadTx tx, CheckKey check, DateTimeOffset since)
    {
        var last = await tx.FirstAsync<Row>("""
            select seq, state, flapping from recovery_sighting where check_key = @Value order by seq desc limit 1
            """, new { check.Value });
        if (last is null) return Sighting.None;
        var changes = await tx.FirstAsync<long>("select count(*) from recovery_sighting where check_key = @Value and at >= @since",
            new { check.Value, since = since.ToUnixTimeMilliseconds() });
        return new Sighting(last.Seq, (Outcome)last.State, last.Flapping != 0, (int)changes);
    }

    private sealed class Row
    {
        public long Seq { get; init; }
        public long State { get; init; }
        public long Flapping { get; init; }
    }
}
