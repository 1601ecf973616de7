namespace Tocsin.Demo.Observing;

/// <summary>How everything looks from outside at one moment.</summary>
/// <param name="BadChecks">Keys of checks that are degraded or down.</param>
/// <param name="BadComponents">Names of components that are not operational.</param>
/// <param name="OpenIncidents">Such as <c>INC-4</c>.</param>
/// <param name="Mails">Oldest first.</param>
internal sealed record OutsideSight(
    IReadOnlySet<string> BadChecks, IReadOnlySet<string> BadComponents, IReadOnlySet<string> OpenIncidents, IReadOnlyList<DemoMail> Mails)
{
    public bool IsQuiet(OutsideSight before) => BadChecks.IsSubsetOf(before.BadChecks) && BadComponents.IsSubsetOf(before.BadComponents)
        && OpenIncidents.IsSubsetOf(before.OpenIncidents);
}

/// <summary>Decides what a look from outside says about an outage. Pure.</summary>
internal static class OutageWatch
{
    /// <param name="before">Just before the button was pressed: what was bad then says nothing.</param>
    /// <param name="elapsed">From pressing to now.</param>
    public static OutageTimes Next(OutageTimes times, OutsideSight before, OutsideSight now, TimeSpan elapsed)
    {
        var mail = now.Mails.FirstOrDefault(mail => mail.ReceivedAt >= times.PressedAt && IsNews(mail, before));
        return times with
        {
            Seen = times.Seen ?? (now.BadChecks.IsSubsetOf(before.BadChecks) ? null : elapsed),
            Told = times.Told ?? (now.BadComponents.IsSubsetOf(before.BadComponents) ? null : elapsed),
            Paged = times.Paged ?? (mail is null ? null : mail.ReceivedAt - times.PressedAt),
            Incident = times.Incident ?? (mail is null ? null : IncidentOf(mail)),
        };
    }

    private static bool IsNews(DemoMail mail, OutsideSight before) => IncidentOf(mail) is { } incident && !before.OpenIncidents.Contains(incident)
        && !mail.Subject.Contains("resolved", StringComparison.OrdinalIgnoreCase);

    /// <summary>A subject ends with what the mail is about, such as <c>INC-4</c>.</summary>
    private static string? IncidentOf(DemoMail mail) =>
        mail.Subject[(mail.Subject.LastIndexOf(' ') + 1)..] is var last && last.StartsWith("INC-", StringComparison.Ordinal) ? last : null;
}

/// <summary>How customers fare: good answers in a row. Immutable.</summary>
/// <param name="Since">The first good one; null when the last was bad.</param>
internal sealed record CustomerRun(int Good = 0, TimeSpan? Since = null)
{
    private const int GoodMin = 6;

    public bool IsBack => Good >= GoodMin;

    public CustomerRun With(bool isServed, TimeSpan at) => isServed ? new CustomerRun(Math.Min(Good + 1, GoodMin), Since ?? at) : new CustomerRun();
}
