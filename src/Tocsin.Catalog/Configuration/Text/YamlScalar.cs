using System.Text;

namespace Tocsin.Catalog.Configuration;

/// <summary>Texts as they stand in YAML, plain where every dialect reads them alike, else in double quotes.</summary>
public static class YamlScalar
{
    public static string Write(string value)
    {
        if (IsPlain(value)) return value;
        var quoted = new StringBuilder("\"");
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                < ' ' or '\u007f' or '\u0085' or '\u2028' or '\u2029' or '\ufeff' => quoted.Append($"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }
        return quoted.Append('"').ToString();
    }

    private static bool IsPlain(string value) =>
        value.Length > 0 && value != "null" && value[^1] != ':' && char.IsAsciiLetterOrDigit(value[0])
        && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '/' or '+' or '-' or ':');
}
