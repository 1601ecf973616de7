using System.Diagnostics;
using System.Globalization;
using System.Net;
using Tocsin.Bench.Year;

namespace Tocsin.Bench;

/// <summary>Every page of the browser on a generated year, asked over loopback by one reader while the checks run: what a person waits for.</summary>
/// <remarks>A page is cold the first time that a server renders it after its start, and warm afterwards. The very first request of a
/// server stands for itself: it also opens the database for readers.</remarks>
internal sealed class PagesBenchmark : IBenchmark
{
    private const int Starts = 5, WarmRounds = 20;
    private const double BudgetMs = 100;
    private static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(60), Settling = TimeSpan.FromSeconds(5);

    public string Name => "pages";

    private sealed record Visited(string Name, string Path)
    {
        public List<double> Cold { get; } = [];
        public List<double> Warm { get; } = [];
    }

    public async Task<IReadOnlyList<Measure>> RunAsync()
    {
        using var target = new WatchedTarget();
        // Beside the program: a temporary directory may be memory.
        var directory = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, $"bench-{Environment.ProcessId}")).FullName;
        try
        {
            var port = FreePorts.Next();
            var configuration = ServerProcess.Configure(directory, YearShape.Configuration(target.Port), port);
            var data = Path.Combine(directory, "data");
            var generating = Stopwatch.StartNew();
            var year = await YearOfData.GenerateAsync(configuration, data);
            var megabytes = Directory.EnumerateFiles(data).Sum(file => new FileInfo(file).Length) / 1048576.0;
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the year is written in {generating.Elapsed.TotalSeconds:0} s, {megabytes:0} MB"));
            return await MeasureAsync(year, () => ServerProcess.StartOn(configuration, data, port));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static List<Visited> PagesOf(YearOfData year) =>
    [
        new("overview", "/"), new("services", "/services"), new("services, a page of the middle", "/services?page=5"),
        new("service", $"/services/{YearShape.Service(250)}"), new("check", $"/checks/{year.Check}"),
        new("incidents", "/incidents"), new("incidents, a page of the middle", "/incidents?page=20"),
        new("incidents, filtered", $"/incidents?service={YearShape.Service(250)}&text=answered"), new("declare", "/incidents/declare"),
        new("incident", $"/incidents/{year.Typical}"), new("incident that goes on", $"/incidents/{year.Open}"),
        new($"incident with {YearShape.LongStory} notes", $"/incidents/{year.Long}"), new("on-call", "/on-call"),
        new("postmortems", "/postmortems"), new("postmortem", $"/postmortems/{year.Typical}"),
        new($"postmortem of {YearShape.LongStory} notes", $"/postmortems/{year.Long}"), new("changes", "/changes"),
        new("status page", "/status"), new("settings", "/settings"), new("deliveries", "/settings/deliveries"),
        new("configuration", "/settings/configuration"),
    ];

    private static async Task<IReadOnlyList<Measure>> MeasureAsync(YearOfData year, Func<ServerProcess> start)
    {
        var pages = PagesOf(year);
        var first = new List<double>();
        var cookies = new CookieContainer();
        await SignInAsync(year, start, cookies);
        for (var round = 0; round < Starts; round++)
        {
            using var server = start();
            using var http = await ReaderAsync(server, cookies);
            first.Add(await TimeAsync(http, "/account"));
            // Each page comes early once and late once: what they share is compiled by whichever comes first.
            foreach (var page in pages.Skip(round * pages.Count / Starts).Concat(pages.Take(round * pages.Count / Starts))) page.Cold.Add(await TimeAsync(http, page.Path));
            for (var again = 0; again < WarmRounds; again++)
            {
                foreach (var page in pages) page.Warm.Add(await TimeAsync(http, page.Path));
            }
        }
        return [Measure.Of("the first request of a server", first, "ms"), .. pages.SelectMany(MeasuresOf), AllOf("cold", pages, page => page.Cold), AllOf("warm", pages, page => page.Warm)];
    }

    /// <summary>The session outlives the server: its keys stand in the data directory.</summary>
    private static async Task SignInAsync(YearOfData year, Func<ServerProcess> start, CookieContainer cookies)
    {
        using var server = start();
        using var http = await ReaderAsync(server, cookies);
        await TimeAsync(http, year.SignInPath);
    }

    private static IEnumerable<Measure> MeasuresOf(Visited page) =>
    [
        Measure.Of($"{page.Name}: cold", page.Cold, "ms"),
        Measure.Of($"{page.Name}: warm", page.Warm, "ms"),
        P99($"{page.Name}: warm, p99", page.Warm),
    ];

    private static Measure AllOf(string word, List<Visited> pages, Func<Visited, List<double>> times) => P99($"all pages {word}, p99", [.. pages.SelectMany(times)]);

    private static Measure P99(string what, IReadOnlyCollection<double> values) =>
        Measure.Of(what, [Measure.Percentile(values, 0.99)], "ms", "<= 100", value => value <= BudgetMs);

    /// <summary>A browser of a server that serves, and whose checks have found their rhythm.</summary>
    private static async Task<HttpClient> ReaderAsync(ServerProcess server, CookieContainer cookies)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, CookieContainer = cookies }) { BaseAddress = server.Address };
        var started = TimeProvider.System.GetTimestamp();
        while (!await IsServingAsync(http))
        {
            if (TimeProvider.System.GetElapsedTime(started) > ReadyMax) throw new TimeoutException($"the server does not serve within {ReadyMax.TotalSeconds} s");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
        await Task.Delay(Settling, TimeProvider.System);
        return http;
    }

    private static async Task<bool> IsServingAsync(HttpClient http)
    {
        try { return (await http.GetAsync(new Uri("status.json", UriKind.Relative))).IsSuccessStatusCode; }
        catch (HttpRequestException) { return false; }
    }

    private static async Task<double> TimeAsync(HttpClient http, string path)
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        await answer.Content.ReadAsByteArrayAsync();
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        if (!answer.IsSuccessStatusCode || answer.RequestMessage?.RequestUri?.AbsolutePath == "/sign-in") throw new InvalidOperationException($"{path}: {answer.StatusCode}");
        return elapsed;
    }
}
