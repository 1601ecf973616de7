using System.Security.Cryptography;
using Tocsin.Kernel;
using Tocsin.Server;

namespace Tocsin.Init;

/// <summary>By what the person is woken.</summary>
/// <param name="Word"><c>ntfy</c>, <c>mail</c> or <c>webhook</c>.</param>
/// <param name="Smtp">Mail server, with or without port; only with mail.</param>
internal sealed record InitChannel(string Word, string Address, string? Smtp = null)
{
    public const string Ntfy = "ntfy", Mail = "mail", Webhook = "webhook";
    public const string Expected = "expected ntfy=URL, mail=ADDRESS or webhook=URL";
    public const string DefaultSmtp = "localhost:25";
    private const int SecretLength = 20;

    public static IReadOnlyList<string> Words { get; } = [Ntfy, Mail, Webhook];

    /// <summary>A topic that nobody can guess: on ntfy.sh that is the only lock.</summary>
    public static InitChannel NewTopic() => new(Ntfy, $"https://ntfy.sh/tocsin-{RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", SecretLength)}");

    /// <summary>Shape: <c>ntfy=URL</c>, <c>mail=ADDRESS</c> or <c>webhook=URL</c>.</summary>
    public static Parsed<InitChannel> Parse(string text, string? smtp)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var word = equals > 0 ? text[..equals].ToLowerInvariant() : "";
        if (!Words.Contains(word)) return Parsed<InitChannel>.Bad($"--by is '{text}', {Expected}");
        return new InitChannel(word, text[(equals + 1)..], word == Mail ? smtp ?? DefaultSmtp : null);
    }
}

/// <summary>What <c>tocsin init</c> was told, all of it readable.</summary>
/// <param name="Url">What is watched.</param>
/// <param name="Name">Who is woken, as people say it.</param>
/// <param name="PublicUrl">Where people reach this install.</param>
internal sealed record InitAnswers(string Url, string Name, InitChannel Channel, string PublicUrl)
{
    public const string DefaultUrl = "https://example.org", DefaultName = "me";

    /// <summary>Key of the person: the name without what a key cannot hold.</summary>
    public PersonKey Person => new(Typed.KeyOf(Name, DefaultName));

    /// <summary>Key of the service: the host of the address.</summary>
    public ServiceKey Service => new(Typed.ServiceKeyOf(Url));
}
