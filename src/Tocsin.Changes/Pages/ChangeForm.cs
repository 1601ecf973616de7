using System.Globalization;

namespace Tocsin.Changes.Pages;

/// <summary>What the form brings. Untrusted.</summary>
internal sealed class ChangeForm
{
    public string? Kind { get; set; }
    public string? Title { get; set; }
    public string? Service { get; set; }
    public string? Description { get; set; }
    public string? Link { get; set; }
    /// <summary>Whole minutes before now; empty is now.</summary>
    public string? MinutesAgo { get; set; }

    /// <summary>The request, and what is wrong with the one field that the rules of a change do not know.</summary>
    public (ChangeRequest Request, FieldProblem? Problem) Read(DateTimeOffset now)
    {
        var isMoment = int.TryParse(string.IsNullOrWhiteSpace(MinutesAgo) ? "0" : MinutesAgo, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out var minutes) && minutes <= 525_600;
        return (new ChangeRequest
        {
            Kind = Kind, Title = Title, Service = Service, Description = Description, Link = Link,
            HappenedAt = isMoment ? now.AddMinutes(-minutes) : null,
        }, isMoment ? null : new FieldProblem("minutesAgo", "expected whole minutes, such as 5"));
    }
}
