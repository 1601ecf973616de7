using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tocsin.Kernel;

namespace Tocsin.Server.Tls;

/// <summary>A certificate that clients can be shown: with its key, with its chain, and in its time. Immutable.</summary>
/// <param name="Chain">What is sent in a handshake: the certificate and those that lead to the root.</param>
/// <param name="EndsAt">Moment after which clients refuse it.</param>
/// <param name="Fingerprint">Of the text that it was made from.</param>
internal sealed record ServedCertificate(SslStreamCertificateContext Chain, DateTimeOffset EndsAt, string Fingerprint)
{
    /// <returns>The certificate, or what is wrong with the files and what to do.</returns>
    public static Parsed<ServedCertificate> Of(CertificateText text, DateTimeOffset now)
    {
        var files = text.Files;
        if (!OwnOf(text).TryGet(out var own, out var error)) return Parsed<ServedCertificate>.Bad(error);
        var (from, until) = (Moment(own.NotBefore), Moment(own.NotAfter));
        if (until <= now)
            return Parsed<ServedCertificate>.Bad($"tls.certificate: {files.Certificate} expired on {Date(until)}; renew it");
        if (from > now)
            return Parsed<ServedCertificate>.Bad($"tls.certificate: {files.Certificate} is valid only from {Date(from)}; is the clock of this machine right?");
        if (!WithKey(text).TryGet(out own, out error)) return Parsed<ServedCertificate>.Bad(error);
        var others = new X509Certificate2Collection();
        try { others.ImportFromPem(text.Certificate); }
        catch (CryptographicException)
        {
            return Parsed<ServedCertificate>.Bad($"tls.certificate: a certificate after the first one in {files.Certificate} is damaged; write the file anew");
        }
        // Offline: a missing issuer is not fetched, and no revocation server is asked. Nothing connects that no file names.
        return new ServedCertificate(SslStreamCertificateContext.Create(own, others, offline: true), until, text.Fingerprint);
    }

    private static Parsed<X509Certificate2> OwnOf(CertificateText text)
    {
        try { return X509Certificate2.CreateFromPem(text.Certificate); }
        catch (CryptographicException)
        {
            return Parsed<X509Certificate2>.Bad(
                $"tls.certificate: {text.Files.Certificate} holds no certificate, expected PEM that begins with -----BEGIN CERTIFICATE-----");
        }
    }

    private static Parsed<X509Certificate2> WithKey(CertificateText text)
    {
        try { return X509Certificate2.CreateFromPem(text.Certificate, text.Key); }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            return Parsed<X509Certificate2>.Bad(WhyNotItsKey(text.Files, text.Key));
        }
    }

    private static string WhyNotItsKey(CertificateFiles files, string key) => key switch
    {
        _ when key.Contains("ENCRYPTED", StringComparison.Ordinal) =>
            $"tls.key: {files.Key} is locked with a passphrase; write it without one: openssl pkey -in {files.Key} -out NEW",
        _ when key.Contains("PRIVATE KEY-----", StringComparison.Ordinal) =>
            $"tls.key: {files.Key} is not the key of the first certificate in {files.Certificate}; the server's own certificate comes first, "
                + "then those that lead to the root",
        _ => $"tls.key: {files.Key} holds no private key, expected PEM that begins with -----BEGIN PRIVATE KEY-----",
    };

    // The certificate speaks in local time.
    private static DateTimeOffset Moment(DateTime local) => new(local.ToUniversalTime());

    internal static string Date(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
