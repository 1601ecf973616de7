using System.Globalization;
using Tocsin.Incidents;
using Tocsin.Kernel;

namespace Tocsin.StatusPages;

/// <summary>What Tocsin says by itself: plain sentences without names of machines. Pure. Times are UTC and say so.</summary>
internal static class UpdateTexts
{
    public const string Acknowledged = "Somebody is working on it.";
    public const string Reopened = "The problem has come back. We are looking into it.";

    public static string Opened(Incident incident, IReadOnlyList<string> components) =>
        $"Since {Clock(incident.StartedAt)} {StatusSentence.Join(components)} {(components.Count == 1 ? "does" : "do")} not work as "
        + $"{(components.Count == 1 ? "it" : "they")} should. We are looking into it.";

    public static string Recovered(DateTimeOffset recoveredAt, IReadOnlyList<string> components) =>
        $"{StatusSentence.Join(components)} {(components.Count == 1 ? "has" : "have")} worked again since {Clock(recoveredAt)}. We keep watching.";

    public static string Resolved(Incident incident, DateTimeOffset endedAt) => endedAt <= incident.StartedAt
        ? "This is over."
        : $"This is over. It lasted {Durations.InWords(endedAt - incident.StartedAt)}, from {Clock(incident.StartedAt)} to {Clock(endedAt)}.";

    private static string Clock(DateTimeOffset at) => at.ToUniversalTime().ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
