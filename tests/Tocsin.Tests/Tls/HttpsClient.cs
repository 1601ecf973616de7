using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Tocsin.Tests.Tls;

/// <summary>Asks over new TLS connections, trusts one root and nothing else, and fetches no certificate by itself.</summary>
internal sealed class HttpsClient(int port, X509Certificate2 root)
{
    public string Token { get; init; } = "";

    /// <returns>Status, text, and the subject of the certificate that the server showed.</returns>
    /// <exception cref="HttpRequestException">The certificate is not trusted.</exception>
    public async Task<(HttpStatusCode Status, string Text, string Subject, Version Version)> GetAsync(string path)
    {
        var subject = "";
        using var handler = new SocketsHttpHandler { UseProxy = false };
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(root);
        handler.SslOptions.CertificateChainPolicy = policy;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
        {
            subject = certificate?.Subject ?? "";
            return errors == System.Net.Security.SslPolicyErrors.None;
        };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{port}{path}") { Version = HttpVersion.Version20 };
        if (Token != "") request.Headers.Authorization = new("Bearer", Token);
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(), subject, answer.Version);
    }
}
