using Microsoft.Playwright;

namespace Tocsin.Browser.Tests.Driving;

/// <summary>How a page is looked at.</summary>
/// <param name="Width">CSS pixels.</param>
internal sealed record Look(int Width, ColorScheme Scheme)
{
    public static Look Desk { get; } = new(1280, ColorScheme.Light);

    /// <summary>Phone and desk, light and dark.</summary>
    public static IReadOnlyList<Look> All { get; } =
        [Desk, new(1280, ColorScheme.Dark), new(360, ColorScheme.Light), new(360, ColorScheme.Dark)];

    /// <summary>CSS pixels.</summary>
    public int Height => Width < 600 ? 780 : 900;

    /// <summary>Part of a file name.</summary>
    public override string ToString() => $"{Width}-{(Scheme == ColorScheme.Dark ? "dark" : "light")}";
}
