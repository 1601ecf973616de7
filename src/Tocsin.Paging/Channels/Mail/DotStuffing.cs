namespace Tocsin.Paging.Channels.Mail;

/// <summary>RFC 5321 section 4.5.2: a line that begins with a dot gets another, and one alone ends the mail.</summary>
internal static class DotStuffing
{
    /// <param name="content">Lines ended by CRLF, the last one too.</param>
    public static byte[] Apply(ReadOnlySpan<byte> content)
    {
        var stuffed = new List<byte>(content.Length + 64);
        var isLineStart = true;
        foreach (var value in content)
        {
            if (isLineStart && value == '.') stuffed.Add(value);
            stuffed.Add(value);
            isLineStart = value == '\n';
        }
        stuffed.AddRange(".\r\n"u8);
        return [.. stuffed];
    }
}
