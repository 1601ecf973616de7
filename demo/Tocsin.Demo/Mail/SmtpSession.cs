using System.Globalization;
using System.Text;
using Tocsin.Demo.Wire;

namespace Tocsin.Demo.Mail;

/// <summary>One SMTP conversation (RFC 5321): greeting, any number of mails, goodbye.</summary>
/// <param name="deliver">Called once for each accepted mail with its recipients and its bytes, dots unstuffed.</param>
internal sealed class SmtpSession(Stream stream, Action<IReadOnlyList<string>, byte[]> deliver, TimeProvider clock)
{
    public const int MailBytesMax = 1024 * 1024;
    /// <summary>RFC 5321 4.5.3.1.6, CR LF included.</summary>
    public const int LineBytesMax = 1000;
    /// <summary>RFC 5321 4.5.3.1.8 asks for at least 100.</summary>
    private const int RecipientsMax = 100;
    private const int ErrorsMax = 20;
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(60);

    private readonly LineReader lines = new(stream, LineBytesMax);
    private readonly List<string> recipients = [];
    private bool isGreeted;
    private bool hasSender;
    private int errors;

    public async Task RunAsync(CancellationToken stopping)
    {
        await SayAsync("220 mailbox.demo.example ESMTP", stopping);
        while (errors < ErrorsMax)
        {
            var received = await HearAsync(stopping);
            if (received is Received.Closed) return;
            var (verb, argument) = received is Received.Line line ? Split(line.Bytes) : ("", "");
            var reply = received is Received.TooLong ? "500 5.5.6 line too long"
                : verb == "DATA" ? await TakeDataAsync(stopping) : Answer(verb, argument);
            if (reply.StartsWith('5')) errors++;
            await SayAsync(reply, stopping);
            if (verb == "QUIT") return;
        }
        await SayAsync("421 4.7.0 too many errors", stopping);
    }

    private string Answer(string verb, string argument) => verb switch
    {
        "EHLO" when argument.Length > 0 => Greet($"250-mailbox.demo.example\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {MailBytesMax}"),
        "HELO" when argument.Length > 0 => Greet("250 mailbox.demo.example"),
        "EHLO" or "HELO" => "501 5.5.4 a name is missing",
        "MAIL" => TakeSender(argument),
        "RCPT" => TakeRecipient(argument),
        "RSET" => Forget("250 2.0.0 forgotten"),
        "NOOP" => "250 2.0.0 ok",
        "VRFY" => "252 2.5.2 send and see",
        "QUIT" => "221 2.0.0 bye",
        _ => "500 5.5.1 unknown command",
    };

    private string Greet(string reply)
    {
        isGreeted = true;
        return Forget(reply);
    }

    private string Forget(string reply)
    {
        hasSender = false;
        recipients.Clear();
        return reply;
    }

    private string TakeSender(string argument)
    {
        if (!isGreeted) return "503 5.5.1 EHLO comes first";
        if (hasSender) return "503 5.5.1 there is a sender already";
        if (SmtpPath.Parse("FROM:", argument) is not { } path) return "501 5.5.4 expected FROM:<address>";
        if (SmtpPath.Size(path.Parameters) > MailBytesMax) return $"552 5.3.4 larger than {MailBytesMax} bytes";
        hasSender = true;
        return "250 2.1.0 ok";
    }

    private string TakeRecipient(string argument)
    {
        if (!hasSender) return "503 5.5.1 MAIL comes first";
        if (SmtpPath.Parse("TO:", argument) is not { Address.Length: > 0 } path) return "501 5.5.4 expected TO:<address>";
        if (recipients.Count == RecipientsMax) return "452 4.5.3 too many recipients";
        recipients.Add(path.Address);
        return "250 2.1.5 ok";
    }

    private async Task<string> TakeDataAsync(CancellationToken stopping)
    {
        if (recipients.Count == 0) return "503 5.5.1 RCPT comes first";
        await SayAsync("354 end with a dot on a line of its own", stopping);
        using var message = new MemoryStream();
        var problem = "";
        // Whatever is wrong with it, a mail is read to its end: only there does the other side listen again.
        while (await HearAsync(stopping) is var received && !IsEnd(received))
        {
            if (received is Received.Closed) throw new IOException("the connection closed within a mail");
            if (received is not Received.Line line) { problem = "500 5.6.0 a line is too long"; continue; }
            var text = line.Bytes.AsSpan(line.Bytes is [(byte)'.', ..] ? 1 : 0);
            if (message.Length + text.Length + 2 > MailBytesMax) { problem = $"552 5.3.4 larger than {MailBytesMax} bytes"; continue; }
            message.Write(text);
            message.Write("\r\n"u8);
        }
        if (problem.Length > 0) return Forget(problem);
        deliver([.. recipients], message.ToArray());
        return Forget("250 2.0.0 in the mailbox");
    }

    private static bool IsEnd(Received received) => received is Received.Line { Bytes: [(byte)'.'] };

    private static (string Verb, string Argument) Split(byte[] line)
    {
        var text = Encoding.UTF8.GetString(line).TrimEnd(' ');
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (text.ToUpperInvariant(), "") : (text[..space].ToUpperInvariant(), text[(space + 1)..]);
    }

    private async Task<Received> HearAsync(CancellationToken stopping)
    {
        using var silence = new CancellationTokenSource(SilenceMax, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, stopping);
        return await lines.ReadAsync(either.Token);
    }

    private Task SayAsync(string reply, CancellationToken stopping) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), stopping).AsTask();
}

/// <summary>Argument of MAIL and RCPT (RFC 5321 4.1.2).</summary>
/// <param name="Address">Without its angle brackets; empty for the null sender.</param>
/// <param name="Parameters">What follows, such as <c>SIZE=1200 BODY=8BITMIME</c>.</param>
internal sealed record SmtpPath(string Address, string Parameters)
{
    private const int AddressCharsMax = 254;

    public static SmtpPath? Parse(string keyword, string argument)
    {
        if (!argument.StartsWith(keyword, StringComparison.OrdinalIgnoreCase)) return null;
        var rest = argument[keyword.Length..].TrimStart(' ');
        var close = rest.IndexOf('>', StringComparison.Ordinal);
        if (rest is not ['<', ..] || close < 0 || close - 1 > AddressCharsMax) return null;
        var address = rest[1..close];
        if (address.Any(character => char.IsControl(character) || character is '<' or ' ')) return null;
        return new SmtpPath(address, rest[(close + 1)..].Trim());
    }

    /// <returns>The announced size in bytes (RFC 1870), 0 when none is announced.</returns>
    public static long Size(string parameters)
    {
        foreach (var parameter in parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!parameter.StartsWith("SIZE=", StringComparison.OrdinalIgnoreCase)) continue;
            return long.TryParse(parameter.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : long.MaxValue;
        }
        return 0;
    }
}
