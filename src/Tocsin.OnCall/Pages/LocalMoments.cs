using NodaTime;
using NodaTime.Text;
using Tocsin.Kernel;

namespace Tocsin.OnCall.Pages;

/// <summary>Reads what a date and time field brings. Pure.</summary>
internal static class LocalMoments
{
    private static readonly LocalDateTimePattern[] Patterns =
    [
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm"), LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm"),
    ];

    /// <param name="text">Shape: <c>2026-03-29T02:30</c>, local time in the zone.</param>
    /// <param name="what">How the field is called in the error.</param>
    public static Parsed<DateTimeOffset> Read(string? text, string? zone, string what)
    {
        if (zone is null || DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is not { } found) return Parsed<DateTimeOffset>.Bad($"there is no time zone '{zone}'");
        var local = Patterns.Select(pattern => pattern.Parse(text?.Trim() ?? "")).FirstOrDefault(result => result.Success);
        if (local is null) return Parsed<DateTimeOffset>.Bad($"{what}: write a date and a time, such as 2026-01-05 09:00");
        var mapping = found.MapLocal(local.Value);
        // Which of two hours was meant is for a person to say.
        return mapping.Count switch
        {
            1 => mapping.Single().ToDateTimeOffset().ToUniversalTime(),
            0 => Parsed<DateTimeOffset>.Bad($"{what}: the clocks of {zone} skip this time; choose one before or after"),
            _ => Parsed<DateTimeOffset>.Bad($"{what}: the clocks of {zone} show this time twice; choose UTC, or a time before or after"),
        };
    }
}
