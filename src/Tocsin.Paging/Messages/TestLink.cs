using System.Buffers.Text;
using System.Security.Cryptography;

namespace Tocsin.Paging.Messages;

/// <summary>The link of a self-test page. Whoever has it can say that this one message arrived, nothing else.</summary>
internal static class TestLink
{
    public const string PathBefore = "/ack/test/";
    private const int Bytes = 32;

    /// <summary>256 random bits. Shape: 43 characters of base64url.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>What may be stored. Any text is allowed: an unknown one has a hash that nobody has.</summary>
    public static string HashOf(string token) => AckToken.HashOf(token);

    /// <summary>Under the address of the install, whose path is kept.</summary>
    public static Uri UrlOf(string token, Uri publicUrl) => new(publicUrl.GetLeftPart(UriPartial.Path).TrimEnd('/') + PathBefore + token);
}
