using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.Server;

/// <summary>The parts of this server that know how they are.</summary>
internal static class HealthParts
{
    public static IServiceCollection AddHealthParts(this IServiceCollection services) => services
        .AddSingleton<IHealthPart, JournalHealth>()
        .AddSingleton<IHealthPart, WorkHealth>()
        .AddSingleton<IHealthPart, ConfigurationHealth>()
        .AddSingleton<IHealthPart, ProberHealth>()
        .AddSingleton<LedgerWatch>()
        .AddSingleton<IPump>(provider => provider.GetRequiredService<LedgerWatch>())
        .AddSingleton<IHealthPart>(provider => provider.GetRequiredService<LedgerWatch>());
}

/// <summary>Whether facts can be written: without that nothing else can be done.</summary>
internal sealed class JournalHealth(StoreHealth health) : IHealthPart
{
    public string Name => "journal";

    public HealthState Check() => health.Reason is { } reason
        ? HealthState.Failed($"Nothing can be written for {Durations.InWords(health.FailingFor)}: {reason}. Free the disk or bring the database back.")
        : HealthState.Well;
}

/// <summary>Whether every loop of the program still turns.</summary>
internal sealed class WorkHealth(PumpHealth pumps) : IHealthPart
{
    private static readonly TimeSpan StandingStill = TimeSpan.FromSeconds(45);

    public string Name => "work";

    public HealthState Check() => pumps.StandingStill(StandingStill) is { Count: > 0 } still
        ? HealthState.Failed($"{string.Join(", ", still)} {(still.Count == 1 ? "stands" : "stand")} still; the log says why.")
        : HealthState.Well;
}

/// <summary>Whether the files say what is in force.</summary>
internal sealed class ConfigurationHealth(Revisions revisions) : IHealthPart
{
    public string Name => "configuration";

    public HealthState Check() => revisions.LastFailure is { } failure
        ? HealthState.Impaired($"The changed files are refused, revision {revisions.Current.Hash} stays in force: {failure.Diagnostics[0]}")
        : HealthState.Well;
}

/// <summary>Whether verdicts about targets can be given.</summary>
internal sealed class ProberHealth(CheckQueries checks) : IHealthPart
{
    public string Name => "prober";

    public HealthState Check() => checks.Prober is { IsBlind: true, Evidence: var evidence }
        ? HealthState.Impaired($"Tocsin cannot see out, and no target is blamed: {evidence}")
        : HealthState.Well;
}

/// <summary>Whether what is due leaves. Looks by itself, because health answers from memory.</summary>
internal sealed class LedgerWatch(ILedger ledger, TimeProvider clock) : IPump, IHealthPart
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5), LateMax = TimeSpan.FromMinutes(1);

    private volatile LedgerState? last;
    private DateTimeOffset due = DateTimeOffset.MinValue;

    public string Scope => "ledger-watch";
    public Signal Signal { get; } = new();
    public string Name => "paging";

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        // Every commit wakes every pump: the pace is kept here. A stepped clock does not lengthen it.
        if (now < due && due - now <= Every) return Next.Idle(due);
        last = await ledger.StateAsync(cancellation);
        due = now + Every;
        return Next.Idle(due);
    }

    public HealthState Check() => last switch
    {
        { OldestDueAt: { } oldest } when clock.GetUtcNow() - oldest is var late && late > LateMax =>
            HealthState.Failed($"A message has been due for {Durations.InWords(late)} and is not sent; see Deliveries."),
        { Held: > 0 and var held } => HealthState.Impaired($"{held} messages of a restored backup wait for a person; see Deliveries."),
        { FailedLastDay: > 0 and var failed } => HealthState.Impaired($"{failed} messages could not be delivered in the last 24 h; see Deliveries."),
        _ => HealthState.Well,
    };
}
