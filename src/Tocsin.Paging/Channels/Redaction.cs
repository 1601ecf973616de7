using System.Text;

namespace Tocsin.Paging.Channels;

/// <summary>Takes what nobody may read out of a provider's words, and makes one bounded line of them.</summary>
/// <param name="hidden">Addresses, topics, tokens. Empty and null are ignored.</param>
internal sealed class Redaction(params string?[] hidden)
{
    /// <summary>As much as the ledger and the journal keep of an outcome.</summary>
    public const int LengthMax = 300;

    private readonly string[] hidden =
        [.. hidden.Where(text => !string.IsNullOrEmpty(text)).Select(text => text!).OrderByDescending(text => text.Length)];

    public string Apply(string words)
    {
        foreach (var secret in hidden) words = words.Replace(secret, "***", StringComparison.OrdinalIgnoreCase);
        return OneLine(words);
    }

    public static string OneLine(string words)
    {
        var line = new StringBuilder(Math.Min(words.Length, LengthMax));
        foreach (var rune in words.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > LengthMax - 1) { line.Append('…'); break; }
            if (!Rune.IsControl(rune)) line.Append(rune);
            else if (line.Length > 0 && line[^1] != ' ') line.Append(' ');
        }
        return line.ToString().Trim();
    }
}
