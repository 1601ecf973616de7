using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Tocsin.Bench;

/// <summary>Programs of others that stand beside ours in the same run.</summary>
internal static class References
{
    public static readonly (string Path, string Package) Nginx = ("/usr/sbin/nginx", "nginx-light"), Wrk = ("/usr/bin/wrk", "wrk");

    /// <exception cref="InvalidOperationException">One is not installed; the message says how to get it.</exception>
    public static void Need(params (string Path, string Package)[] programs)
    {
        var missing = programs.Where(program => !File.Exists(program.Path)).Select(program => program.Package).ToList();
        if (missing.Count > 0) throw new InvalidOperationException($"the references are not installed: apt-get install {string.Join(' ', missing)}");
    }
}

/// <summary>The load, in a process of its own.</summary>
internal static partial class Wrk
{
    /// <param name="arguments">Headers and the address, as a shell reads them.</param>
    /// <returns>Requests a second of each round of 2 s.</returns>
    /// <exception cref="InvalidOperationException">Something else than success was answered.</exception>
    public static async Task<IReadOnlyList<double>> RatesAsync(int atOnce, int rounds, string arguments)
    {
        var rates = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var start = new ProcessStartInfo("bash", ["-c", $"wrk -t1 -c{atOnce} -d2s {arguments}"]) { RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (output.Contains("Non-2xx", StringComparison.Ordinal)) throw new InvalidOperationException(output);
            rates.Add(double.Parse(RequestsPerSecond().Match(output).Groups[1].Value, CultureInfo.InvariantCulture));
        }
        return rates;
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)", RegexOptions.None, 1000)]
    private static partial Regex RequestsPerSecond();
}

/// <summary>An nginx of our own with one worker.</summary>
internal sealed class Nginx(Process process, DirectoryInfo directory, Uri url) : IAsyncDisposable
{
    public Uri Url { get; } = url;

    /// <param name="server">What stands in its <c>server</c> block besides the port.</param>
    /// <param name="certificate">With its key; makes it speak TLS.</param>
    public static async Task<Nginx> StartAsync(string server, X509Certificate2? certificate = null)
    {
        var (port, directory) = (FreePorts.Next(), Directory.CreateTempSubdirectory("tocsin-nginx-"));
        var configuration = Path.Combine(directory.FullName, "nginx.conf");
        var (listen, scheme) = certificate is null ? ("", "http") : (" ssl", "https");
        if (certificate is not null)
        {
            var pem = Path.Combine(directory.FullName, "certificate.pem");
            await File.WriteAllTextAsync(pem, $"{certificate.ExportCertificatePem()}\n{certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n");
            // Every probe is a first visit: what is measured is the full handshake.
            server += $" ssl_certificate {pem}; ssl_certificate_key {pem}; ssl_session_tickets off; ssl_session_cache off;";
        }
        await File.WriteAllTextAsync(configuration, $$"""
            daemon off; worker_processes 1; pid {{directory.FullName}}/pid; error_log /dev/null;
            events { worker_connections 4096; }
            http { access_log off; server { listen 127.0.0.1:{{port}}{{listen}} backlog=4096; {{server}} } }
            """);
        var process = Process.Start(new ProcessStartInfo(References.Nginx.Path, ["-c", configuration]))!;
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        return new Nginx(process, directory, new Uri($"{scheme}://127.0.0.1:{port}/"));
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        directory.Delete(recursive: true);
    }
}
