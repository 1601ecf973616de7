using System.Collections.Frozen;
using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Checks.Probes;
using Tocsin.Checks.Tests;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;

namespace Tocsin.Bench;

/// <summary>HTTP probes a second, a new connection each, beside what others do with the same nginx on the same machine.</summary>
internal sealed class ProbeRateBenchmark : IBenchmark
{
    private const int AtOnce = 32, Rounds = 3;

    public string Name => "probe-rate";

    public async Task<IReadOnlyList<Measure>> RunAsync()
    {
        References.Need(References.Nginx, References.Wrk, ("/usr/bin/prometheus-blackbox-exporter", "prometheus-blackbox-exporter"));
        var (ours, wrk, blackbox) = await SideBySideAsync(null);
        var (oursTls, wrkTls, blackboxTls) = await SideBySideAsync(Certificates.For("127.0.0.1"));
        return
        [
            Measure.Of("Tocsin: phases, assertion, sample", ours, "probes/s", ">= 8,000", rate => rate >= 8_000),
            Measure.Of("wrk with Connection: close", wrk, "requests/s"),
            Measure.Of("prometheus-blackbox-exporter, asked by wrk", blackbox, "probes/s"),
            Measure.Of("share of wrk", [.. ours.Zip(wrk, (own, other) => own / other * 100)], "%", ">= 40", share => share >= 40),
            Measure.Of("times blackbox-exporter", [.. ours.Zip(blackbox, (own, other) => own / other)], "x", ">= 3", times => times >= 3),
            Measure.Of("HTTPS: Tocsin, full handshake and chain check", oursTls, "probes/s"),
            Measure.Of("HTTPS: wrk, which checks no chain", wrkTls, "requests/s"),
            Measure.Of("HTTPS: prometheus-blackbox-exporter", blackboxTls, "probes/s"),
            Measure.Of("HTTPS: times blackbox-exporter", [.. oursTls.Zip(blackboxTls, (own, other) => own / other)], "x", ">= 0.7", times => times >= 0.7),
        ];
    }

    private static async Task<(IReadOnlyList<double> Ours, IReadOnlyList<double> Wrk, IReadOnlyList<double> Blackbox)> SideBySideAsync(
        X509Certificate2? certificate)
    {
        await using var nginx = await Nginx.StartAsync("location / { return 200 \"ok\"; }", certificate);
        return (await OursAsync(nginx.Url), await Wrk.RatesAsync(AtOnce, Rounds, $"-H 'Connection: close' {nginx.Url}"), await BlackboxAsync(nginx.Url));
    }

    private static async Task<IReadOnlyList<double>> OursAsync(Uri target)
    {
        var check = new CheckModel
        {
            Key = new CheckKey("bench"),
            Service = new ServiceKey("bench"),
            Name = "bench",
            Probe = new ProbeSpec.Http
            {
                Url = target, Method = "GET", Headers = [], Status = [(200, 299)], Json = [], HeaderContains = [], RedirectsMax = 5,
                CertificateExpiresWithin = TimeSpan.FromDays(14), BodyContains = "ok",
            },
            Interval = TimeSpan.FromSeconds(30),
            Timeout = TimeSpan.FromSeconds(5),
            Family = AddressFamilyChoice.Any,
            Severity = Severity.Sev2,
        };
        var revision = new Revision("bench", DateTimeOffset.UnixEpoch, "bench", [new ServerModel { TrustedProxies = [] },
            new ChecksModel(new Dictionary<CheckKey, CheckModel> { [check.Key] = check }.ToFrozenDictionary(), [check.Key])]);
        var prober = new Prober(new FixedRevisions(revision), new Dialer(new SystemResolver(), new KernelRoutes(), new CertificateJudge([Certificates.Root])), TimeProvider.System);
        var samples = new List<Sample>(1 << 20);
        return await Rate.OfAsync(AtOnce, async _ =>
        {
            var result = await prober.RunAsync(new ProbeRequest(check), CancellationToken.None);
            if (result.Finding.Outcome != Outcome.Up) throw new InvalidOperationException(result.Finding.Text);
            lock (samples) samples.Add(new Sample(result.StartedAt, result.Finding.Outcome, 0, (int)result.Duration.TotalMicroseconds, false));
            return 1;
        });
    }

    private static async Task<IReadOnlyList<double>> BlackboxAsync(Uri target)
    {
        var port = FreePorts.Next();
        var directory = Directory.CreateTempSubdirectory("tocsin-blackbox-");
        var configuration = Path.Combine(directory.FullName, "blackbox.yml");
        var root = Path.Combine(directory.FullName, "root.pem");
        await File.WriteAllTextAsync(root, Certificates.Root.ExportCertificatePem());
        await File.WriteAllTextAsync(configuration, $$"""
            modules: {http: {prober: http, http: {preferred_ip_protocol: ip4, fail_if_body_not_matches_regexp: [ok], tls_config: {ca_file: {{root}} } } } }
            """);
        using var exporter = Process.Start(new ProcessStartInfo("/usr/bin/prometheus-blackbox-exporter",
            [$"--config.file={configuration}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]))!;
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        try
        {
            return await Wrk.RatesAsync(AtOnce, Rounds, $"'http://127.0.0.1:{port}/probe?module=http&target={Uri.EscapeDataString(target.AbsoluteUri)}'");
        }
        finally
        {
            exporter.Kill();
            await exporter.WaitForExitAsync();
            directory.Delete(recursive: true);
        }
    }
}
