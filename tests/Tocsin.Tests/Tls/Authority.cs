using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tocsin.Tests.Tls;

/// <summary>A root that clients trust and an issuer below it, as certificate authorities have them.</summary>
internal sealed class Authority
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly X509Certificate2 issuer;

    public Authority()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Root = Ca("CN=Test root", rootKey).CreateSelfSigned(Now.AddYears(-2), Now.AddYears(2));
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        issuer = Ca("CN=Test issuer", issuerKey).Create(Root, Now.AddYears(-1), Now.AddYears(1), [1, 2, 3]).CopyWithPrivateKey(issuerKey);
    }

    public X509Certificate2 Root { get; }

    /// <summary>For 127.0.0.1, valid from yesterday.</summary>
    public Issued Issue(string name, DateTimeOffset? until = null, DateTimeOffset? from = null)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var leaf = request.Create(issuer, from ?? Now.AddDays(-1), until ?? Now.AddDays(60), Guid.NewGuid().ToByteArray());
        return new Issued(leaf.ExportCertificatePem(), issuer.ExportCertificatePem(), key);
    }

    private static CertificateRequest Ca(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        return request;
    }
}

internal sealed record Issued(string Leaf, string Issuer, ECDsa PrivateKey)
{
    public string FullChain => Leaf + "\n" + Issuer + "\n";
    public string Key => PrivateKey.ExportPkcs8PrivateKeyPem() + "\n";
}

/// <summary>Files as certbot keeps them: links in <c>live</c> that lead to numbered files, replaced by renaming.</summary>
internal sealed class LiveFiles : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-tls-");
    private int number;

    public string Certificate => Path.Combine(directory.FullName, "fullchain.pem");
    public string Key => Path.Combine(directory.FullName, "privkey.pem");
    public string Yaml => $"tls: {{certificate: {Certificate}, key: {Key}}}\n";

    public LiveFiles(string certificate, string key) => Put(certificate, key);

    public void Put(string certificate, string key)
    {
        number++;
        Replace(Certificate, certificate);
        Replace(Key, key);
    }

    private void Replace(string link, string text)
    {
        var numbered = Path.Combine(directory.FullName, $"{Path.GetFileNameWithoutExtension(link)}{number}.pem");
        File.WriteAllText(numbered, text);
        File.CreateSymbolicLink(link + ".new", numbered);
        File.Move(link + ".new", link, overwrite: true);
    }

    public void Dispose() => directory.Delete(recursive: true);
}
