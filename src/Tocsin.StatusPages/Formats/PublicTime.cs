using System.Globalization;
using Tocsin.Kernel;

namespace Tocsin.StatusPages;

/// <summary>Times on the public page: UTC everywhere, because its readers are everywhere. Pure.</summary>
internal static class PublicTime
{
    /// <summary><c>25 Jan 2026, 14:02 UTC</c>.</summary>
    public static string Moment(DateTimeOffset at) => Format(at, "d MMM yyyy, HH:mm 'UTC'");

    /// <summary><c>25 Jan 2026, 14:02:11 UTC</c>.</summary>
    public static string Second(DateTimeOffset at) => Format(at, "d MMM yyyy, HH:mm:ss 'UTC'");

    /// <summary><c>25 Jan 2026</c>.</summary>
    public static string Day(DateOnly on) => on.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary><c>14:02</c>, where the day stands elsewhere.</summary>
    public static string Clock(DateTimeOffset at) => Format(at, "HH:mm 'UTC'");

    /// <summary>The form that machines read: <c>2026-01-25T14:02:11.114Z</c>.</summary>
    public static string Machine(DateTimeOffset at) => Format(at, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    /// <summary><c>down for 4 min</c> is said with this.</summary>
    public static string Age(DateTimeOffset since, DateTimeOffset now) => Durations.InWords(now > since ? now - since : TimeSpan.Zero);

    private static string Format(DateTimeOffset at, string format) => at.ToUniversalTime().ToString(format, CultureInfo.InvariantCulture);
}
