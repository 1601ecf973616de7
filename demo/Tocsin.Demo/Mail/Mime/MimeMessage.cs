namespace Tocsin.Demo.Mail.Mime;

/// <summary>What a person reads of a mail: subject, text, HTML.</summary>
internal sealed record MimeMessage(string Subject, string Text, string Html)
{
    private const int DepthMax = 8;
    private const int PartsMax = 64;

    /// <summary>Never fails: what is not understood is left out or shown as it came.</summary>
    public static MimeMessage Read(byte[] message)
    {
        var whole = MimePart.Split(message);
        var leaves = new List<MimePart>();
        Collect(whole, depth: 0, leaves);
        return new MimeMessage(
            EncodedWords.Decode(whole.Header("Subject")), First(leaves, "text/plain"), First(leaves, "text/html"));
    }

    private static void Collect(MimePart part, int depth, List<MimePart> leaves)
    {
        if (leaves.Count == PartsMax) return;
        if (!part.Type.StartsWith("multipart/", StringComparison.Ordinal) || depth == DepthMax || part.Boundary.Length == 0)
        {
            if (!part.IsAttachment) leaves.Add(part);
            return;
        }
        foreach (var child in part.Children()) Collect(child, depth + 1, leaves);
    }

    private static string First(List<MimePart> leaves, string type) =>
        leaves.FirstOrDefault(leaf => leaf.Type == type)?.DecodedText() ?? "";
}
