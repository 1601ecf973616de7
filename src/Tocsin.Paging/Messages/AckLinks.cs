using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Tocsin.Kernel;

namespace Tocsin.Paging.Messages;

/// <summary>Makes acknowledge tokens and tells genuine ones without asking the store.</summary>
/// <param name="keys">Of a purpose of their own.</param>
internal sealed class AckLinks(SigningKeys keys, RandomNumberGenerator random)
{
    public const string Purpose = "ack";

    /// <summary>From 2020: four bytes then last until 2156.</summary>
    private const long Epoch = 1_577_836_800;
    private const byte Version = 1;
    private const int DigestBytes = 8, NonceBytes = 16, MacBytes = 16;
    private const int GrantBytes = 1 + 8 + 8 + 4 + DigestBytes + NonceBytes;
    private const int TokenBytes = GrantBytes + MacBytes;
    private const int TokenLength = (TokenBytes * 4 + 2) / 3;

    /// <summary>A new token, different each time: 128 random bits within, signed.</summary>
    public AckToken New(AckGrant grant)
    {
        Span<byte> bytes = stackalloc byte[TokenBytes];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], grant.Page.Value);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], grant.Incident.Value);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[17..], (uint)(grant.ExpiresAt.ToUnixTimeSeconds() - Epoch));
        Digest(grant.Person).CopyTo(bytes[21..]);
        random.GetBytes(bytes.Slice(21 + DigestBytes, NonceBytes));
        keys.Sign(bytes[..GrantBytes]).AsSpan(0, MacBytes).CopyTo(bytes[GrantBytes..]);
        return new AckToken(Base64Url.EncodeToString(bytes));
    }

    /// <summary>Judges what stood in a link. Any text is allowed.</summary>
    public AckReading Read(string token, DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[TokenBytes];
        if (token.Length != TokenLength || !Base64Url.IsValid(token)
            || !Base64Url.TryDecodeFromChars(token, bytes, out var length) || length != TokenBytes)
            return new AckReading(AckRefusal.Malformed, null);
        if (!keys.Verify(bytes[..GrantBytes], bytes[GrantBytes..]) || bytes[0] != Version)
            return new AckReading(AckRefusal.Forged, null);
        var claim = ClaimOf(bytes, token);
        return new AckReading(now < claim.ExpiresAt ? AckRefusal.None : AckRefusal.Expired, claim);
    }

    private static AckClaim ClaimOf(ReadOnlySpan<byte> bytes, string token) => new(
        new PageId(BinaryPrimitives.ReadInt64BigEndian(bytes[1..])),
        new IncidentId(BinaryPrimitives.ReadInt64BigEndian(bytes[9..])),
        DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(bytes[17..]) + Epoch),
        AckToken.HashOf(token))
    {
        PersonDigest = bytes.Slice(21, DigestBytes).ToArray(),
    };

    internal static byte[] Digest(PersonKey person) => SHA256.HashData(Encoding.UTF8.GetBytes(person.Value))[..DigestBytes];
}
