using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tocsin.Kernel;
using Tocsin.Server;
using Tocsin.Storage;
using Tocsin.Web;
using Tocsin.Web.Accounts;

namespace Tocsin.Bench;

/// <summary>The public status page while what it says changes every second: how many readers it bears beside nginx with the same bytes
/// in a file, and how old what a reader sees is, by the clock of the reader, while that load runs.</summary>
internal sealed class StatusPageBenchmark : IBenchmark
{
    private const int Components = 5, AtOnce = 32, Rounds = 5;
    private static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(30), Change = TimeSpan.FromSeconds(1);

    public string Name => "status-page";

    public async Task<IReadOnlyList<Measure>> RunAsync()
    {
        References.Need(References.Nginx, References.Wrk);
        using var target = new WatchedTarget();
        var directory = Directory.CreateTempSubdirectory("tocsin-bench-").FullName;
        // The worker of an nginx that root starts is nobody.
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        try
        {
            var (port, data) = (FreePorts.Next(), Path.Combine(directory, "data"));
            var configuration = ServerProcess.Configure(directory, Configuration(target.Port), port);
            var token = await TokenAsync(data);
            using var server = ServerProcess.StartOn(configuration, data, port);
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Address };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            await ReadyAsync(http);
            return await MeasureAsync(server, http, directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Configuration(int port) => "services:\n"
        + string.Concat(Enumerable.Range(0, Components).Select(index => string.Create(CultureInfo.InvariantCulture, $"  s{index}: \"http://127.0.0.1:{port}/{index}\"\n")));

    /// <summary>A token of a program that tells the public; made before the server has the directory.</summary>
    private static async Task<string> TokenAsync(string path)
    {
        using var data = DataDirectory.Take(path).Value;
        await using var database = Database.OpenSqlite(data, Modules.Migrations, "0.1.0", TimeProvider.System);
        return (await new ApiTokens(database.Facts, TimeProvider.System, new NoPeople()).CreateForIntegrationAsync("bench", Role.Responder, Actor.Tocsin)).Value;
    }

    private static async Task ReadyAsync(HttpClient http)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < ReadyMax)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            try
            {
                if ((await http.GetAsync(new Uri("status.json", UriKind.Relative))).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException) { continue; /* it does not listen yet */ }
        }
        throw new TimeoutException($"no status page within {ReadyMax.TotalSeconds} s");
    }

    private static async Task<IReadOnlyList<Measure>> MeasureAsync(ServerProcess server, HttpClient http, string directory)
    {
        var measures = new List<Measure>();
        foreach (var (word, path, file) in ((string, string, string)[])[("JSON", "status.json", "status.json"), ("HTML", "status", "status.html")])
        {
            await File.WriteAllBytesAsync(Path.Combine(directory, file), await http.GetByteArrayAsync(new Uri(path, UriKind.Relative)));
            await using var nginx = await Nginx.StartAsync($"root {directory}; sendfile on; tcp_nopush on; open_file_cache max=10; types {{ text/html html; application/json json; }}");
            using var stop = new CancellationTokenSource();
            var ages = AgesAsync(http, stop.Token);
            // The first round compiles. Then by turns, so that what else the machine does meets both.
            await Wrk.RatesAsync(AtOnce, 1, $"{server.Address}{path}");
            var (own, theirs, cores) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                var (processor, watch) = (server.ProcessorTime, Stopwatch.StartNew());
                own.AddRange(await Wrk.RatesAsync(AtOnce, 1, $"{server.Address}{path}"));
                cores.Add((server.ProcessorTime - processor) / watch.Elapsed);
                theirs.AddRange(await Wrk.RatesAsync(AtOnce, 1, $"{nginx.Url}{file}"));
            }
            await stop.CancelAsync();
            var old = await ages;
            measures.AddRange(
            [
                Measure.Of($"{word}, {new FileInfo(Path.Combine(directory, file)).Length:#,0} bytes: Tocsin, changing every second", own, "requests/s"),
                Measure.Of($"{word}: nginx, one worker, a file that stays", theirs, "requests/s"),
                Measure.Of($"{word}: share of nginx", [.. own.Zip(theirs, (mine, other) => mine / other * 100)], "%", ">= 60", share => share >= 60),
                Measure.Of($"{word}: processor of the server under that load", cores, "cores"),
                Measure.Of($"{word}: change sent to change seen meanwhile, n = {old.Count}", old, "ms"),
                Measure.Of($"{word}: the oldest", [old.Max()], "ms", "<= 1,000", value => value <= 1_000),
            ]);
        }
        return measures;
    }

    /// <summary>Tells the public something every second and reads until it stands there.</summary>
    /// <returns>From sending each to seeing it, ms.</returns>
    private static async Task<List<double>> AgesAsync(HttpClient http, CancellationToken stopping)
    {
        var declared = await http.PostAsJsonAsync(new Uri("api/v1/incidents", UriKind.Relative), new { title = "Parcels are late", services = (string[])["s0"], severity = "sev3" }, CancellationToken.None);
        var id = JsonNode.Parse(await declared.Content.ReadAsStringAsync(CancellationToken.None))!["id"]!.ToString();
        var ages = new List<double>();
        while (!stopping.IsCancellationRequested)
        {
            var (text, sent) = ($"number {Guid.NewGuid():N}", Stopwatch.GetTimestamp());
            using var answer = await http.PostAsJsonAsync(new Uri($"api/v1/incidents/{id}/status-updates", UriKind.Relative), new { status = "investigating", text }, CancellationToken.None);
            answer.EnsureSuccessStatusCode();
            while (!(await http.GetStringAsync(new Uri("status.json", UriKind.Relative), CancellationToken.None)).Contains(text, StringComparison.Ordinal))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
            }
            ages.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            var rest = Change - Stopwatch.GetElapsedTime(sent);
            if (rest > TimeSpan.Zero) await Task.Delay(rest, TimeProvider.System, CancellationToken.None);
        }
        return ages;
    }
}
