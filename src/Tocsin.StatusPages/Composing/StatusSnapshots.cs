namespace Tocsin.StatusPages;

/// <summary>Comparison of what two pages say. Pure.</summary>
internal static class StatusSnapshots
{
    /// <summary>Whether a reader would see the same, but for the moment and for today's counts, which move with every probe.</summary>
    public static bool SaysTheSame(StatusSnapshot one, StatusSnapshot other) =>
        one.Title == other.Title && one.Intro == other.Intro && one.Sentence == other.Sentence && one.UpdatedAt == other.UpdatedAt
        && one.AsOf.UtcDateTime.Date == other.AsOf.UtcDateTime.Date
        && one.Components.SequenceEqual(other.Components, Same.Component) && one.Incidents.SequenceEqual(other.Incidents, Same.Incident);

    private static class Same
    {
        public static readonly IEqualityComparer<PublicComponent> Component = EqualityComparer<PublicComponent>.Create((one, other) =>
            one!.Key == other!.Key && one.Name == other.Name && one.Description == other.Description && one.State == other.State
            && one.Since == other.Since && one.Days.Select(day => day.Worst).SequenceEqual(other.Days.Select(day => day.Worst)));

        public static readonly IEqualityComparer<PublicIncident> Incident = EqualityComparer<PublicIncident>.Create((one, other) =>
            one!.Id == other!.Id && one.Name == other.Name && one.EndedAt == other.EndedAt && one.Impact == other.Impact
            && one.Components.SequenceEqual(other.Components) && one.Updates.SequenceEqual(other.Updates));
    }
}
