using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tocsin.Kernel;

namespace Tocsin.Changes.Webhooks;

/// <summary>Whether a delivery is genuine. Compares in constant time: how long it takes tells nothing about the secret.</summary>
internal static class HookProof
{
    private const string Prefix = "sha256=";

    /// <param name="signature">Header <c>X-Hub-Signature-256</c>: <c>sha256=</c> and the HMAC-SHA-256 of the raw body in hex
    /// (GitHub Docs, "Validating webhook deliveries").</param>
    public static bool IsSigned(ReadOnlySpan<byte> body, string? signature, Secret secret)
    {
        if (signature is null || signature.Length != Prefix.Length + 2 * HMACSHA256.HashSizeInBytes || !signature.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        Span<byte> told = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (Convert.FromHexString(signature.AsSpan(Prefix.Length), told, out _, out var written) != System.Buffers.OperationStatus.Done || written != told.Length) return false;
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal()), body, expected);
        return CryptographicOperations.FixedTimeEquals(told, expected);
    }

    /// <param name="token">Header <c>X-Gitlab-Token</c> (GitLab Docs, "Webhooks").</param>
    public static bool IsToken(string? token, Secret secret) => token is { Length: > 0 } && CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(token)), SHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal())));

    /// <summary>Names a delivery by what it says. The headers that number deliveries are not signed: who listens in could send an old
    /// body under a new number, and it would be a new change.</summary>
    public static string NameOf(HookModel hook, ReadOnlySpan<byte> body) =>
        string.Create(CultureInfo.InvariantCulture, $"hook/{hook.Key}/{Convert.ToHexStringLower(SHA256.HashData(body))}");
}
