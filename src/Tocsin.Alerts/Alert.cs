using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Alerts;

/// <summary>One problem with one dedup key. Firing over [FiredAt, EndedAt).</summary>
/// <param name="StartedAt">When the problem began; at or before <paramref name="FiredAt"/>.</param>
/// <param name="Facet">What it may share with others, such as <c>host:db-1</c>; empty when nothing.</param>
public sealed record Alert(
    AlertId Id, string DedupKey, ServiceKey? Service, CheckKey? Check, string Title, string Detail, Severity Severity, string Facet,
    DateTimeOffset StartedAt, DateTimeOffset FiredAt, DateTimeOffset? EndedAt)
{
    public bool IsFiring => EndedAt is null;
}

/// <summary>A row of <c>alerts_alert</c>.</summary>
internal sealed class AlertRow
{
    public long Id { get; init; }
    public string DedupKey { get; init; } = "";
    public string? Service { get; init; }
    public string? CheckKey { get; init; }
    public string Title { get; init; } = "";
    public string Detail { get; init; } = "";
    public long Severity { get; init; }
    public string Facet { get; init; } = "";
    public long StartedAt { get; init; }
    public long FiredAt { get; init; }
    public long? EndedAt { get; init; }

    public Alert ToAlert() => new(new AlertId(Id), DedupKey, Service is null ? null : new ServiceKey(Service),
        CheckKey is null ? null : new CheckKey(CheckKey), Title, Detail, (Severity)Severity, Facet,
        DateTimeOffset.FromUnixTimeMilliseconds(StartedAt), DateTimeOffset.FromUnixTimeMilliseconds(FiredAt),
        EndedAt is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null);
}
