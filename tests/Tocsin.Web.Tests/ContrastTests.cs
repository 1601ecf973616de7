using System.Globalization;
using System.Text.RegularExpressions;

namespace Tocsin.Web.Tests;

/// <summary>The colours of the style sheet itself, measured as WCAG 2.2 does.</summary>
public sealed partial class ContrastTests
{
    private static readonly string[] Texts = ["ink", "muted", "accent", "up", "degraded", "down", "blind", "maintenance"];

    [Theory]
    [InlineData(0, "light")]
    [InlineData(1, "dark")]
    public void EveryTextColour_OnPaperAndPanel_IsAtLeastFiveToOne(int scheme, string name)
    {
        var colours = Schemes()[scheme];
        foreach (var ground in new[] { "paper", "panel" })
        {
            foreach (var text in Texts) Ratio(colours[text], colours[ground]).ShouldBeGreaterThanOrEqualTo(5, $"{text} on {ground}, {name}");
            Ratio(colours["edge"], colours[ground]).ShouldBeGreaterThanOrEqualTo(3, $"edge of fields on {ground}, {name}");
        }
        Ratio(colours["on-accent"], colours["accent"]).ShouldBeGreaterThanOrEqualTo(5, $"primary button, {name}");
    }

    private static IReadOnlyList<Dictionary<string, string>> Schemes()
    {
        using var stream = typeof(WebAssets).Assembly.GetManifestResourceStream("wwwroot/tocsin.css")!;
        var css = new StreamReader(stream).ReadToEnd();
        return [.. Root().Matches(css).Take(2).Select(root => Token().Matches(root.Value)
            .ToDictionary(token => token.Groups[1].Value, token => token.Groups[2].Value))];
    }

    private static double Ratio(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string hex)
    {
        double Channel(int at)
        {
            var value = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, null) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }
        return 0.2126 * Channel(1) + 0.7152 * Channel(3) + 0.0722 * Channel(5);
    }

    [GeneratedRegex(@":root \{[^}]*--paper[^}]*\}")] private static partial Regex Root();
    [GeneratedRegex(@"--([a-z-]+): (#[0-9a-f]{6})")] private static partial Regex Token();
}
