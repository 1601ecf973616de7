using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Web.Components;

namespace Tocsin.Incidents.Pages;

/// <summary>The words and marks of incidents on pages. Pure.</summary>
internal static class IncidentWords
{
    public static ShownState MarkOf(Incident incident) => incident switch
    {
        { IsOver: true } => ShownState.Up,
        { Severity: Severity.Sev1 or Severity.Sev2 } => ShownState.Down,
        _ => ShownState.Degraded,
    };

    public static string Word(Severity severity) => severity.ToString().ToUpperInvariant();

    /// <summary>What stands before the running time: <c>down</c>, <c>degraded</c>.</summary>
    public static string StateWord(Incident incident) => MarkOf(incident) == ShownState.Down ? "down" : "degraded";

    /// <summary>Who has it, in a few words.</summary>
    public static string Awake(Incident incident, Func<PersonKey, string> nameOf) => incident switch
    {
        { IsPast: true } => "written up afterwards",
        { AckedBy: { } by } => $"{nameOf(by)} acknowledged",
        { IsOver: true } => "nobody acknowledged",
        _ => "nobody has acknowledged yet",
    };

    /// <summary>A sign for the kind of a row; the row's words say the same.</summary>
    public static string Icon(TimelineKind kind) => kind switch
    {
        TimelineKind.Detected => "■",
        TimelineKind.Notified => "✆",
        TimelineKind.Acknowledged => "✓",
        TimelineKind.Hypothesis => "?",
        TimelineKind.RuledOut => "✕",
        TimelineKind.Escalated => "↑",
        TimelineKind.CauseFound => "!",
        TimelineKind.Action => "▸",
        TimelineKind.Change => "◇",
        TimelineKind.ToldUsers => "»",
        TimelineKind.Mitigated => "●",
        TimelineKind.Resolved => "●",
        TimelineKind.Note => "✎",
    };

    public static string CssOf(TimelineRow row) => (row.Kind switch
    {
        TimelineKind.Detected when !row.IsTold => "entry-down",
        TimelineKind.Mitigated or TimelineKind.Resolved => "entry-up",
        TimelineKind.Note when row.IsTold => "entry-note",
        _ => "",
    }) + (row.IsPinned ? " pinned" : "");

    public static string Share(double percent) => FormattableString.Invariant($"{percent:0.##} %");
}
