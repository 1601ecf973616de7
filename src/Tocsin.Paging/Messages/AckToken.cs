using System.Security.Cryptography;
using System.Text;
using Tocsin.Kernel;

namespace Tocsin.Paging.Messages;

/// <summary>What a link allows: this person, woken by this page, may acknowledge this incident until then.</summary>
/// <param name="ExpiresAt">Exclusive; whole seconds count.</param>
internal sealed record AckGrant(PageId Page, IncidentId Incident, PersonKey Person, DateTimeOffset ExpiresAt);

/// <summary>The secret of an acknowledge link. Whoever has it can acknowledge one incident, nothing else.</summary>
/// <remarks>Shape: 82 characters of base64url. Prints <c>***</c>.</remarks>
internal sealed class AckToken
{
    public const string PathBefore = "/ack/";

    private readonly string text;
    internal AckToken(string text) => this.text = text;

    /// <summary>What may be stored: SHA-256 of the token, 64 lower-case hex digits.</summary>
    public string Hash => HashOf(text);

    /// <summary>The link, under the address of the install, whose path is kept.</summary>
    public Uri Url(Uri publicUrl) => new(publicUrl.GetLeftPart(UriPartial.Path).TrimEnd('/') + PathBefore + text);

    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>Compares in constant time.</summary>
    public static bool Matches(string token, string storedHash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(token)), Encoding.ASCII.GetBytes(storedHash));

    public string Reveal() => text;
    public override string ToString() => "***";
}
