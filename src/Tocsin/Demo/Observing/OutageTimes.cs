using System.Globalization;

namespace Tocsin.Demo.Observing;

/// <summary>What somebody outside saw of one outage, each counted from the press of the button. Null: not yet.</summary>
/// <param name="PressedAt">UTC.</param>
/// <param name="Seen">Tocsin's API tells of a check that is not up.</param>
/// <param name="Paged">A mail is in the mailbox, by the mailbox's clock.</param>
/// <param name="Acknowledged">The API names who acknowledged.</param>
/// <param name="Told"><c>/status.json</c> tells of a component that is not operational.</param>
/// <param name="Back">A customer is served again, first of several in a row.</param>
public sealed record OutageTimes(
    DateTimeOffset PressedAt, TimeSpan? Seen = null, TimeSpan? Paged = null, TimeSpan? Acknowledged = null, TimeSpan? Told = null, TimeSpan? Back = null)
{
    /// <summary>The incident that the first mail is about, such as <c>INC-4</c>; null until there is one.</summary>
    public string? Incident { get; init; }

    /// <summary>Everything is well again: what has no time will not get one.</summary>
    public bool IsOver { get; init; }

    /// <summary>Such as <c>6.4 s</c> or <c>1 min 12 s</c>.</summary>
    public static string InWords(TimeSpan time) => time < TimeSpan.FromMinutes(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s");
}
