using System.Text.Json;
using System.Text.Json.Serialization;
using Tocsin.Checks.Probes;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Recording;

/// <summary>A probe worth reading afterwards.</summary>
internal sealed record KeptProbe(CheckKey Check, ProbeResult Result, bool IsReprobe);

/// <summary>The table <c>checks_probe</c>, written in batches beside the path of detection: what cannot be written is dropped and counted.</summary>
/// <remarks>Filled and taken by the pump, one thread at a time; the counter may be read by anybody.</remarks>
internal sealed class ProbeLog
{
    public const int KeptPerCheck = 200;
    private const int WaitingMax = 1_000;
    private static readonly JsonSerializerOptions PhasesJson = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private List<KeptProbe> waiting = [];
    private long dropped;

    /// <summary>Probes that were not kept since the start.</summary>
    public long Dropped => Interlocked.Read(ref dropped);
    public bool HasWaiting => waiting.Count > 0;

    public void Add(KeptProbe probe)
    {
        if (waiting.Count < WaitingMax) waiting.Add(probe);
        else Interlocked.Increment(ref dropped);
    }

    public IReadOnlyList<KeptProbe> Take()
    {
        var taken = waiting;
        waiting = [];
        return taken;
    }

    public void Drop(IReadOnlyList<KeptProbe> batch) => Interlocked.Add(ref dropped, batch.Count);

    public static async ValueTask WriteAsync(ITx tx, IReadOnlyList<KeptProbe> batch)
    {
        foreach (var (check, result, isReprobe) in batch)
        {
            await tx.ExecuteAsync("""
                insert into checks_probe
                    (check_key, at, is_reprobe, outcome, reason, text, duration_us, phases, address, transcript)
                values (@check, @at, @isReprobe, @outcome, @reason, @text, @durationUs, @phases, @address, @transcript)
                """, new
            {
                check = check.Value,
                at = result.StartedAt.ToUnixTimeMilliseconds(),
                isReprobe = isReprobe ? 1L : 0L,
                outcome = (long)result.Outcome,
                reason = result.Reason.Word,
                text = result.Text,
                durationUs = (long)result.DurationUs,
                phases = JsonSerializer.Serialize(result.Phases, PhasesJson),
                address = result.Address?.ToString(),
                transcript = result.Transcript ?? "",
            });
        }
        foreach (var check in batch.Select(probe => probe.Check).Distinct())
        {
            await tx.ExecuteAsync("""
                delete from checks_probe where check_key = @check and id <=
                    (select id from checks_probe where check_key = @check order by id desc limit 1 offset @kept)
                """, new { check = check.Value, kept = (long)KeptPerCheck });
        }
    }

    public static async ValueTask<IReadOnlyList<ProbeView>> ReadAsync(IReadTx tx, CheckKey check, int limit)
    {
        var rows = await tx.QueryAsync<Row>("""
            select id, at, is_reprobe, outcome, reason, text, duration_us, phases, address, transcript
            from checks_probe where check_key = @check order by id desc limit @limit
            """, new { check = check.Value, limit = (long)limit });
        return [.. rows.Select(row => row.ToView())];
    }

    private sealed class Row
    {
        public long Id { get; init; }
        public long At { get; init; }
        public long IsReprobe { get; init; }
        public long Outcome { get; init; }
        public string Reason { get; init; } = "";
        public string Text { get; init; } = "";
        public long DurationUs { get; init; }
        public string Phases { get; init; } = "{}";
        public string? Address { get; init; }
        public string Transcript { get; init; } = "";

        public ProbeView ToView()
        {
            var phases = JsonSerializer.Deserialize<Phases>(Phases, PhasesJson);
            return new ProbeView(Id, DateTimeOffset.FromUnixTimeMilliseconds(At), IsReprobe != 0, (Outcome)Outcome, Reason, Text,
                TimeSpan.FromMicroseconds(DurationUs), PhaseView.Of(phases), Address, Transcript);
        }
    }
}
