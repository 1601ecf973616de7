using System.Security.Cryptography.X509Certificates;
using Tocsin.Kernel;

namespace Tocsin.Paging.Channels.Mail;

internal sealed record SmtpLogin(string Username, Secret Password);

/// <summary>The server of one conversation, with secrets resolved.</summary>
internal sealed record SmtpServer(string Host, int Port, SmtpSecurity Security, SmtpLogin? Login)
{
    /// <summary>Trusted instead of the machine's; null is the machine's.</summary>
    public X509Certificate2Collection? Authorities { get; init; }
    public string Name => $"{Host}:{Port}";
}

/// <summary>How long a server may take.</summary>
/// <param name="Phase">For connecting, TLS, and each command until its reply.</param>
/// <param name="Whole">For everything; the ledger gives an attempt 30 s.</param>
/// <param name="Quit">For the farewell, whose answer changes nothing.</param>
internal sealed record SmtpLimits(TimeSpan Phase, TimeSpan Whole, TimeSpan Quit)
{
    public static readonly SmtpLimits Default =
        new(Phase: TimeSpan.FromSeconds(10), Whole: TimeSpan.FromSeconds(27), Quit: TimeSpan.FromSeconds(1));
}

/// <summary>What goes through the conversation.</summary>
/// <param name="Content">Headers and body with CRLF, not dot-stuffed.</param>
internal sealed record MailEnvelope(Mailbox From, Mailbox To, byte[] Content);

/// <summary>What the server offered in answer to EHLO.</summary>
internal sealed class SmtpOffer
{
    public static readonly SmtpOffer Nothing = new([]);

    /// <param name="lines">Of the reply; the first is the greeting, not an extension.</param>
    public SmtpOffer(IEnumerable<string> lines)
    {
        foreach (var line in lines.Skip(1))
        {
            // "AUTH=PLAIN" is how some servers wrote it before RFC 2554 was settled.
            var words = line.ToUpperInvariant().Split([' ', '='], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            extensions.Add(words[0]);
            if (words[0] == "AUTH") logins.UnionWith(words[1..]);
        }
    }

    private readonly HashSet<string> extensions = [];
    private readonly SortedSet<string> logins = new(StringComparer.Ordinal);

    public bool StartTls => extensions.Contains("STARTTLS");
    public bool SmtpUtf8 => extensions.Contains("SMTPUTF8");
    public IReadOnlyCollection<string> Logins => logins;
}
