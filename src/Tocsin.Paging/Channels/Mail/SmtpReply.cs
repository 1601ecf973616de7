using Tocsin.Kernel;

namespace Tocsin.Paging.Channels.Mail;

/// <summary>One line of a reply. Shape: three digits, then a blank (last line) or '-' (more follow), then text.</summary>
internal readonly record struct SmtpReplyLine(int Code, bool IsLast, string Text)
{
    public static Parsed<SmtpReplyLine> Parse(string line)
    {
        if (line.Length < 3 || line[0] is < '2' or > '5' || !char.IsAsciiDigit(line[1]) || !char.IsAsciiDigit(line[2])
            || (line.Length > 3 && line[3] is not (' ' or '-')))
            return Parsed<SmtpReplyLine>.Bad($"the server said something that is not SMTP: {line}");
        var code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
        return new SmtpReplyLine(code, line.Length == 3 || line[3] == ' ', line.Length > 4 ? line[4..] : "");
    }
}

/// <summary>What the server answered to one command (RFC 5321 section 4.2).</summary>
/// <param name="Code">200 to 599.</param>
/// <param name="Lines">Without the codes; at least one.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    /// <summary>2 done, 3 go on, 4 perhaps later, 5 no.</summary>
    public int Class => Code / 100;

    /// <summary>The server's own words in one line, such as <c>550 5.1.1 no such mailbox</c>.</summary>
    public string Words
    {
        get
        {
            // Servers repeat the enhanced code (RFC 3463) on each line; once is enough.
            var first = Lines[0];
            var end = first.IndexOf(' ', StringComparison.Ordinal);
            var enhanced = end > 0 && IsEnhancedCode(first.AsSpan(0, end)) ? first[..(end + 1)] : null;
            var rest = Lines.Skip(1).Select(line =>
                enhanced is not null && line.StartsWith(enhanced, StringComparison.Ordinal) ? line[enhanced.Length..] : line);
            return $"{Code} {string.Join(' ', rest.Prepend(first))}".TrimEnd();
        }
    }

    private static bool IsEnhancedCode(ReadOnlySpan<char> text)
    {
        var parts = 0;
        foreach (var part in text.Split('.'))
        {
            if (text[part].Length is 0 or > 3 || text[part].ContainsAnyExceptInRange('0', '9')) return false;
            parts++;
        }
        return parts == 3;
    }
}
