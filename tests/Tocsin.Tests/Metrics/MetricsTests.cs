using System.Text.RegularExpressions;
using Tocsin.Checks;
using Tocsin.Kernel.Ports;
using Tocsin.Tests.Acceptance;
using Tocsin.Web;

namespace Tocsin.Tests.Metrics;

public sealed partial class MetricsTests
{
    /// <summary>Names of labels, each of which has few values by its nature.</summary>
    private static readonly string[] Bounded =
    [
        "outcome", "state", "reader", "channel", "result", "part", "panel", "version", "http_request_method", "http_response_status_code", "http_route",
        "network_protocol_name", "network_protocol_version", "network_transport", "network_type", "url_scheme", "server_address", "server_port",
        "error_type", "gc_heap_generation", "cpu_mode", "tls_protocol_version", "aspnetcore_user_is_authenticated",
    ];

    [Fact]
    public async Task Metrics_AfterAProbeAndAPage_AreStrictTextWithTheRightValues()
    {
        await using var hook = await WebhookReceiver.StartAsync();
        await using var target = new Target();
        await using var server = await RunningServer.StartAsync($$"""
            people: {ada: {webhook: "{{hook.Url}}"} }
            services: {shop: {checks: {page: {http: "{{target.Url}}", interval: 1s} } } }
            heartbeat_to: {{target.Url}}
            """);
        await Wait.UntilAsync(() => server.Get<CheckQueries>().All.All(check => check.State == Outcome.Up));
        (await ScrapeAsync(server)).Find("tocsin_checks_state{state=\"up\"}").ShouldBe(1);
        target.Stop();
        await hook.WaitForAsync("page", TimeSpan.FromSeconds(15));
        // What comes from the database is looked up every 5 s.
        await Wait.UntilAsync(async () => (await ScrapeAsync(server)).Find("tocsin_incidents_open{state=\"open\"}") == 1);
        // That look may have been before the page was settled, and the page may be received before it is counted.
        await Wait.UntilAsync(async () => await ScrapeAsync(server) is var text
            && text.Of("tocsin_journal_reader_lag").Sum(series => series.Value) == 0
            && text.Find("tocsin_ledger_intents{state=\"due\"}") + text.Find("tocsin_ledger_intents{state=\"leased\"}") == 0
            && text.Find("tocsin_paging_attempts_total{channel=\"webhook\",result=\"delivered\"}") is not null);
        var seen = await ScrapeAsync(server);

        seen.Find("tocsin_checks_probes_total{outcome=\"up\"}")!.Value.ShouldBeGreaterThanOrEqualTo(1);
        seen.Find("tocsin_checks_probes_total{outcome=\"down\"}")!.Value.ShouldBeGreaterThanOrEqualTo(2);
        seen.Find("tocsin_checks_state{state=\"down\"}").ShouldBe(1);
        seen.Find("tocsin_checks_state{state=\"up\"}").ShouldBe(0);
        seen.Find("tocsin_checks_scheduler_lag_seconds")!.Value.ShouldBeInRange(0, 5);
        seen.Find("tocsin_journal_head")!.Value.ShouldBeGreaterThanOrEqualTo(5);
        seen.Of("tocsin_journal_reader_lag").Select(series => series.Series).ShouldContain("tocsin_journal_reader_lag{reader=\"incidents\"}");
        seen.Find("tocsin_journal_write_failures_total").ShouldBe(0);
        seen.Find("tocsin_ledger_intents{state=\"due\"}").ShouldBe(0);
        seen.Find("tocsin_ledger_oldest_due_age_seconds").ShouldBe(0);
        seen.Find("tocsin_paging_attempts_total{channel=\"webhook\",result=\"delivered\"}").ShouldBe(1);
        seen.Find("tocsin_heartbeat_last_sent_timestamp_seconds")!.Value.ShouldBe(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), tolerance: 60);
        seen.Find("tocsin_health{part=\"journal\"}").ShouldBe(0);
        seen.Find("process_resident_memory_bytes")!.Value.ShouldBeInRange(10e6, 10e9);
        seen.Find("process_start_time_seconds")!.Value.ShouldBe(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), tolerance: 3_600);
        seen.Find("tocsin_build_info{version=\"0.1.0\"}").ShouldBe(1);
        seen.Labels.Select(label => label.Name).Distinct().Except(Bounded).ShouldBeEmpty();
        seen.Labels.Where(label => label.Value.Contains("://", StringComparison.Ordinal) || label.Value is "ada" or "shop").ShouldBeEmpty();
    }

    [Fact]
    public async Task Metrics_OfOurOwn_StandInTheManualAndTheReverse()
    {
        await using var target = new Target();
        await using var server = await RunningServer.StartAsync($$"""
            people: {ada: {webhook: "http://127.0.0.1:1/hook"} }
            heartbeat_to: {{target.Url}}
            """);
        var token = await server.TokenAsync(Role.Viewer);
        await server.Get<IStore>().WriteAsync(tx => ValueTask.CompletedTask);
        await Wait.UntilAsync(async () => (await ScrapeAsync(server, token)).Find("tocsin_heartbeat_last_sent_timestamp_seconds") is not null);
        var ours = (await ScrapeAsync(server, token)).Families.Where(family => family.StartsWith("tocsin_", StringComparison.Ordinal)
            || family.StartsWith("process_", StringComparison.Ordinal));
        var manual = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "OPERATING.md"));
        // The first two are counted when the first one happens, the others where a failover is configured.
        string[] later =
        [
            "tocsin_paging_attempts_total", "tocsin_web_panel_duration_seconds", "tocsin_switch_connections", "tocsin_switch_carried_total",
            "tocsin_switch_refused_total", "tocsin_switch_unreached_total", "tocsin_changes_hook_requests_total",
        ];
        FamilyRow().Matches(manual).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)
            .ShouldBe(ours.Union(later).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("a 1\n")]
    [InlineData("# HELP a text\n# TYPE a gauge\na 1\na 2\n")]
    [InlineData("# HELP a text\n# TYPE a gauge\nb 1\n")]
    [InlineData("# HELP a text\n# TYPE a counter\na 1\n")]
    [InlineData("# TYPE a gauge\na 1\n")]
    [InlineData("# HELP a text\n# TYPE a gauge\na{x=\"1\",x=\"2\"} 1\n")]
    [InlineData("# HELP a text\n# TYPE a gauge\na{x=\"\"\"} 1\n")]
    [InlineData("# HELP a text\n# TYPE a gauge\na 1")]
    [InlineData("# HELP a text\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n")]
    public void Reader_OfWrongText_IsStrict(string text) => Should.Throw<FormatException>(() => PrometheusText.Read(text));

    private static async Task<PrometheusText> ScrapeAsync(RunningServer server, string? token = null)
    {
        using var http = new HttpClient { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Authorization = new("Bearer", token ?? await server.TokenAsync(Role.Viewer));
        using var answer = await http.GetAsync("/metrics");
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        var text = await answer.Content.ReadAsStringAsync();
        if (Environment.GetEnvironmentVariable("TOCSIN_KEEP_METRICS") is { } path) await File.WriteAllTextAsync(path, text);
        return PrometheusText.Read(text);
    }

    [GeneratedRegex(@"^\| `((?:tocsin|process)_\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex FamilyRow();
}
