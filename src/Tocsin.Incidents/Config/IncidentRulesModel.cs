namespace Tocsin.Incidents;

/// <summary>The section <c>incidents</c>.</summary>
public sealed record IncidentRulesModel
{
    /// <summary>After all alerts ended, the incident resolves when they stay away this long. 0 s to 1 h, default 30 s.</summary>
    public required TimeSpan QuietTime { get; init; }
    /// <summary>The same failure within this time after the end reopens. 0 s to 24 h, default 30 min.</summary>
    public required TimeSpan ReopenWithin { get; init; }
}
