using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tocsin.Kernel;

namespace Tocsin.Paging.Channels.Webhook;

/// <summary>Proves that a body comes from this install and when it was sent.</summary>
internal static class WebhookSignature
{
    public const string Header = "Tocsin-Signature";

    /// <returns><c>t=UNIX,v1=HEX</c>: HMAC-SHA-256 with the key's UTF-8 bytes over the time as written, a dot, and the
    /// body as sent. The receiver compares in constant time and refuses a time that is more than 5 min off.</returns>
    public static string Of(Secret key, DateTimeOffset now, ReadOnlySpan<byte> body)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(time), (byte)'.', .. body];
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.Reveal()), signed);
        return $"t={time},v1={Convert.ToHexStringLower(mac)}";
    }
}
