using System.Globalization;
using System.Text;

namespace Tocsin.Checks.Probes;

/// <summary>What was said between prober and target, for people. Lines are composed only when somebody wants to read them.</summary>
/// <remarks>At most <see cref="CharactersMax"/> characters. Secrets that were sent are masked wherever they come back.</remarks>
internal sealed class Transcript
{
    public const int CharactersMax = 8_000;
    /// <summary>Shorter secrets are not searched for: masking every "ab" would tell more than it hides.</summary>
    private const int SecretLengthMin = 4;

    private readonly List<Func<string>> lines = [];
    private List<string>? secrets;

    public void Add(Func<string> line) => lines.Add(line);

    public void Mask(string secret)
    {
        if (secret.Length >= SecretLengthMin) (secrets ??= []).Add(secret);
    }

    public string Render()
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.Append(line()).Append('\n');
            if (text.Length > 4 * CharactersMax) break;
        }
        Hide(text);
        if (text.Length > CharactersMax)
        {
            text.Length = CharactersMax - 12;
            text.Append("\n… (cut)\n");
        }
        return text.ToString();
    }

    /// <summary>A sentence about the answer, which may repeat what was sent.</summary>
    public string Hidden(string sentence) => secrets is null ? sentence : Hide(new StringBuilder(sentence)).ToString();

    // Longest first: a secret that contains another must not leave its rest behind.
    private StringBuilder Hide(StringBuilder text)
    {
        foreach (var secret in (secrets ?? []).OrderByDescending(secret => secret.Length)) text.Replace(secret, "***");
        return text;
    }

    /// <summary>The address without credentials, query and fragment, which may carry secrets.</summary>
    public static string Masked(Uri uri)
    {
        if (!uri.IsAbsoluteUri) return uri.OriginalString.Split('?', '#')[0];
        var plain = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return uri.Query.Length > 1 ? $"{plain}?***" : plain;
    }

    /// <summary>First bytes of a body as text: control characters as dots.</summary>
    public static string Excerpt(ReadOnlySpan<byte> bytes, int bytesMax)
    {
        var cut = bytes[..Math.Min(bytes.Length, bytesMax)];
        var text = Encoding.UTF8.GetString(cut);
        return string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                var c = source[i];
                span[i] = char.IsControl(c) && c is not ('\n' or '\t') ? c == '\r' ? ' ' : '·' : c;
            }
        });
    }

    public static string Ms(int us) => string.Create(CultureInfo.InvariantCulture, $"{us / 1000.0:0.###} ms");
}
