using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Tocsin.Kernel;

namespace Tocsin.Paging.Channels;

/// <summary>The other side showed a certificate that is not acceptable; the message says what is wrong with it.</summary>
internal sealed class CertificateRefusedException(string message) : Exception(message);

/// <summary>What a failure of the network means for a delivery, in words.</summary>
internal static class NetworkWords
{
    public static string Of(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset",
        SocketError.HostNotFound or SocketError.NoData => "the name is not known",
        SocketError.TryAgain => "the name server gives no answer",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "no route to it",
        SocketError.TimedOut => "no answer",
        _ => new SocketException((int)error).Message,
    };

    /// <summary>A password travels within TLS, or does not leave the machine.</summary>
    public static bool MayCarryPassword(bool isSecure, EndPoint? remote) =>
        isSecure || (remote is IPEndPoint { Address: var address } && Network.IsLoopback(address));

    /// <param name="authorities">Trusted instead of the machine's; null is the machine's.</param>
    public static SslClientAuthenticationOptions Tls(string? host, X509Certificate2Collection? authorities)
    {
        var policy = new X509ChainPolicy
        {
            // Revocation lists and missing intermediates would be fetched from addresses that no configuration names.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        if (authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }
        return new SslClientAuthenticationOptions
        {
            TargetHost = host,
            CertificateChainPolicy = policy,
            // Thrown, because a plain "no" could not be told from a handshake that failed for another reason.
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => errors == SslPolicyErrors.None
                ? true : throw new CertificateRefusedException(WhatIsWrong(certificate, chain, errors)),
        };
    }

    private static string WhatIsWrong(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)) return "there is none";
        var reasons = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) reasons.Add($"it is for {certificate.Subject}");
        foreach (var status in chain?.ChainStatus ?? [])
        {
            reasons.Add(status.Status switch
            {
                X509ChainStatusFlags.NotTimeValid when chain!.ChainElements[0].Certificate is var dated =>
                    $"it is valid from {Day(dated.NotBefore)} to {Day(dated.NotAfter)}",
                X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain =>
                    "this machine does not trust who signed it",
                _ => status.StatusInformation.Trim(),
            });
        }
        return string.Join("; ", reasons.Distinct());

        static string Day(DateTime local) => local.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }
}
