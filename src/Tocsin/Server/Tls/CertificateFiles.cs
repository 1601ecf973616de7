using System.Security.Cryptography;
using System.Text;
using Tocsin.Catalog;
using Tocsin.Kernel;

namespace Tocsin.Server.Tls;

/// <summary>Where certificate and key of this server stand.</summary>
/// <param name="Certificate">PEM: the server's own certificate first, then those that lead to the root.</param>
/// <param name="Key">PEM: the private key of the first one.</param>
internal sealed record CertificateFiles(string Certificate, string Key)
{
    // A long chain has 20 kB.
    private const int BytesMax = 1024 * 1024;

    /// <returns>Null when this server speaks plain HTTP.</returns>
    public static CertificateFiles? Of(ServerModel server) =>
        server is { TlsCertificateFile: { } certificate, TlsKeyFile: { } key } ? new(certificate, key) : null;

    /// <returns>What the files say, or why they cannot be read on this machine by this user.</returns>
    public Parsed<CertificateText> Read()
    {
        if (!ReadOne("tls.certificate", Certificate).TryGet(out var certificate, out var error)) return Parsed<CertificateText>.Bad(error);
        if (!ReadOne("tls.key", Key).TryGet(out var key, out error)) return Parsed<CertificateText>.Bad(error);
        return new CertificateText(this, certificate, key);
    }

    private static Parsed<string> ReadOne(string setting, string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > BytesMax) return Parsed<string>.Bad($"{setting}: {path} is larger than 1 MiB, which no certificate or key is");
            using var reader = new StreamReader(file, Encoding.Latin1);
            return reader.ReadToEnd();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Parsed<string>.Bad($"{setting}: {path} is not there; name the file, or take the section tls out to serve plain HTTP");
        }
        catch (UnauthorizedAccessException)
        {
            return Parsed<string>.Bad(Directory.Exists(path)
                ? $"{setting}: {path} is a directory, expected a file in PEM"
                : $"{setting}: {path} may not be read by '{Environment.UserName}'; let that user read it");
        }
        catch (IOException error)
        {
            return Parsed<string>.Bad($"{setting}: {path} cannot be read: {error.Message}");
        }
    }
}

/// <summary>The text of both files, read in one moment.</summary>
internal sealed record CertificateText(CertificateFiles Files, string Certificate, string Key)
{
    /// <summary>SHA-256 of both: the same text is not judged twice.</summary>
    public string Fingerprint { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(Certificate + '\0' + Key)));

    // The key stands in it.
    public override string ToString() => Files.ToString();
}
