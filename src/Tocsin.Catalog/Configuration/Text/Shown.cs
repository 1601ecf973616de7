using System.Text.RegularExpressions;

namespace Tocsin.Catalog.Configuration;

/// <summary>Texts of a person as they may stand in a message: short, on one line, without credentials.</summary>
internal static partial class Shown
{
    private const int LengthMax = 60;

    /// <summary>In single quotes.</summary>
    public static string Quoted(string text) => $"'{Plain(text)}'";

    public static string Plain(string text)
    {
        var masked = WithoutCredentials(text.Length > 2_000 ? text[..2_000] : text);
        var cut = masked.Length > LengthMax ? masked[..LengthMax] + "…" : masked;
        return string.Create(cut.Length, cut, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '·' : source[i];
        });
    }

    /// <summary>Replaces what stands between <c>://</c> and <c>@</c>.</summary>
    public static string WithoutCredentials(string text) =>
        text.Contains("://", StringComparison.Ordinal) ? Credentials().Replace(text, "://***@") : text;

    [GeneratedRegex(@"://[^/?#\s]*@", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Credentials();
}
