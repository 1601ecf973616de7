using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents;

/// <summary>The kinds of timeline rows as people write them.</summary>
public static class TimelineKinds
{
    /// <summary>In the usual order of an outage.</summary>
    public static IReadOnlyList<TimelineKind> All { get; } = Enum.GetValues<TimelineKind>();

    /// <returns>Such as <c>ruled out</c>.</returns>
    public static string Word(TimelineKind kind) => kind switch
    {
        TimelineKind.Detected => "detected",
        TimelineKind.Notified => "notified",
        TimelineKind.Acknowledged => "acknowledged",
        TimelineKind.Hypothesis => "hypothesis",
        TimelineKind.RuledOut => "ruled out",
        TimelineKind.Escalated => "escalated",
        TimelineKind.CauseFound => "cause found",
        TimelineKind.Action => "action",
        TimelineKind.Change => "change",
        TimelineKind.ToldUsers => "told users",
        TimelineKind.Mitigated => "mitigated",
        TimelineKind.Resolved => "resolved",
        TimelineKind.Note => "note",
    };

    /// <summary>Reads a word in any case; <c>-</c>, <c>_</c> and nothing between words are accepted.</summary>
    public static Parsed<TimelineKind> Read(string? text)
    {
        var letters = Letters(text ?? "");
        foreach (var kind in All)
        {
            if (letters.Equals(Letters(Word(kind)), StringComparison.OrdinalIgnoreCase)) return kind;
        }
        return Parsed<TimelineKind>.Bad($"'{text}' is not a kind of entry; write one of: {string.Join(", ", All.Select(Word))}");
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetter));
}
