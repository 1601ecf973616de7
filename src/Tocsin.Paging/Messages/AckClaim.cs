using System.Security.Cryptography;
using Tocsin.Kernel;

namespace Tocsin.Paging.Messages;

/// <summary>What a genuine token says. That it was not ended with its incident is for the store to say, by its hash.</summary>
/// <param name="Hash">See <see cref="AckToken.Hash"/>.</param>
internal sealed record AckClaim(PageId Page, IncidentId Incident, DateTimeOffset ExpiresAt, string Hash)
{
    internal required byte[] PersonDigest { get; init; }

    public bool IsFor(PersonKey person) => CryptographicOperations.FixedTimeEquals(PersonDigest, AckLinks.Digest(person));
}

/// <summary>Why a token was not accepted.</summary>
internal enum AckRefusal { None, Malformed, Forged, Expired }

/// <param name="Claim">Set exactly when <paramref name="Refusal"/> is none, and when it is expired: then for the words only.</param>
internal sealed record AckReading(AckRefusal Refusal, AckClaim? Claim);
