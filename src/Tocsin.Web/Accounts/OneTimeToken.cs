using System.Security.Cryptography;
using System.Text;

namespace Tocsin.Web.Accounts;

/// <summary>Random texts that prove something, and the hashes by which they are kept.</summary>
internal static class OneTimeToken
{
    private const int Bytes = 32;

    /// <summary>256 random bits. Shape: 43 characters of base64url.</summary>
    public static string New() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>SHA-256, lower-case hex. A fast hash suffices: 256 random bits cannot be guessed.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
