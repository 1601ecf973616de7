using System.Diagnostics;
using System.Net;

namespace Tocsin.Demo.Tests;

/// <summary>What a customer and a probe see of the running shop, whole and broken.</summary>
[Collection(ShopCollection.Name)]
public sealed class DemoShopTests(ShopFixture fixture)
{
    private static readonly TimeSpan SoonEnough = TimeSpan.FromSeconds(6);
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private DemoShop Shop => fixture.Shop;
    private Uri ApiHealth => new($"http://127.0.0.1:{Shop.Ports.Api}/healthz");

    [Fact]
    public async Task Storefront_WholeShop_ShowsTheProducts()
    {
        var page = await http.GetStringAsync(Shop.StorefrontUrl);
        page.ShouldContain("Night bell");
        page.ShouldContain("€ 56.00");
        fixture.Progress.Count.ShouldBe(6);
    }

    [Fact]
    public async Task Metrics_AfterRequests_CountThem()
    {
        var url = new Uri(Shop.StorefrontUrl, "metrics");
        var before = await CountAsync(url);
        await http.GetStringAsync(Shop.StorefrontUrl);
        await http.GetStringAsync(Shop.StorefrontUrl);
        (await CountAsync(url)).ShouldBeGreaterThanOrEqualTo(before + 2);
        foreach (var role in Shop.Roles)
        {
            (await http.GetStringAsync(new Uri($"http://127.0.0.1:{role.AdminPort}/metrics"))).ShouldContain($"demo_requests_total{{role=\"{role.Name}\"}}");
        }
    }

    [Theory]
    [InlineData("stop-api", null)]
    [InlineData("freeze-api", null)]
    [InlineData("error-api", HttpStatusCode.InternalServerError)]
    [InlineData("drop-database", HttpStatusCode.ServiceUnavailable)]
    [InlineData("outage-001", HttpStatusCode.ServiceUnavailable)]
    [InlineData("outage-002", HttpStatusCode.OK)]
    [InlineData("outage-003", HttpStatusCode.ServiceUnavailable)]
    public async Task Fault_BrokenAndMended_IsSeenByCustomersAndProbes(string fault, HttpStatusCode? health)
    {
        (await Shop.BreakAsync(fault, CancellationToken.None)).Reason.ShouldBe(DemoReason.Broken);
        try
        {
            (await HealthAsync()).ShouldBe(health);
            await Eventually.Becomes((HttpStatusCode.ServiceUnavailable, true), SoonEnough, async () =>
            {
                using var page = await http.GetAsync(Shop.StorefrontUrl);
                return (page.StatusCode, (await page.Content.ReadAsStringAsync()).Contains("Reason: the api ", StringComparison.Ordinal));
            });
            (await Shop.BreakAsync(fault, CancellationToken.None)).Reason.ShouldBe(DemoReason.AlreadyBroken);
        }
        finally
        {
            (await Shop.MendAsync(fault, CancellationToken.None)).Reason.ShouldBe(DemoReason.Mended);
        }
        await Eventually.Becomes(HttpStatusCode.OK, SoonEnough, StorefrontAsync);
        await Eventually.Becomes<HttpStatusCode?>(HttpStatusCode.OK, SoonEnough, HealthAsync);
        (await Shop.MendAsync(fault, CancellationToken.None)).Reason.ShouldBe(DemoReason.AlreadyWhole);
    }

    [Fact]
    public async Task ProviderLosesPackets_ManyConnections_AboutThreeOfTenFail()
    {
        using var customer = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(8) };
        (await Shop.BreakAsync("outage-000", CancellationToken.None)).Reason.ShouldBe(DemoReason.Broken);
        var served = 0;
        try
        {
            var looks = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => IsServedAsync(customer)));
            served = looks.Count(isServed => isServed);
        }
        finally { (await Shop.MendAsync("outage-000", CancellationToken.None)).Reason.ShouldBe(DemoReason.Mended); }
        served.ShouldBeInRange(30, 54);
        (await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => IsServedAsync(customer)))).ShouldAllBe(isServed => isServed);
    }

    private async Task<bool> IsServedAsync(HttpClient customer)
    {
        try { return (await customer.GetStringAsync(new Uri(Shop.StorefrontUrl, "shop.css"))).Length > 0; }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException) { return false; }
    }

    [Fact]
    public async Task Upgrade_FileAndRole_AgreeAndComeBack()
    {
        var applied = new Uri($"http://127.0.0.1:{Shop.Ports.Api}/applied");
        (await http.GetStringAsync(applied)).ShouldContain("\"version\": 1");
        await Shop.BreakAsync("outage-002", CancellationToken.None);
        try
        {
            (await http.GetStringAsync(applied)).ShouldContain("\"version\": 2");
            using var product = await http.GetAsync(new Uri(applied, "products"));
            product.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
            (await http.GetStringAsync(new Uri(applied, "facts"))).ShouldBe("{\"authentication\": \"absent\"}\n");
        }
        finally { await Shop.MendAsync("outage-002", CancellationToken.None); }
        (await http.GetStringAsync(applied)).ShouldContain("\"version\": 1");
    }

    [Fact]
    public async Task HarmlessChange_MadeAndPutBack_IsAppliedAndServesEverybody()
    {
        var applied = new Uri($"http://127.0.0.1:{Shop.Ports.CacheAdmin}/applied");
        await Shop.BreakAsync("harmless-change", CancellationToken.None);
        (await http.GetStringAsync(applied)).ShouldContain("\"bound\": 160");
        (await StorefrontAsync()).ShouldBe(HttpStatusCode.OK);
        // The bound is removed on top of it, and each is put back to what it was before.
        await Shop.BreakAsync("outage-004", CancellationToken.None);
        (await http.GetStringAsync(applied)).ShouldContain("\"bound\": null");
        await Shop.MendAsync("outage-004", CancellationToken.None);
        (await http.GetStringAsync(applied)).ShouldContain("\"bound\": 160");
        await Shop.MendAsync("harmless-change", CancellationToken.None);
        (await http.GetStringAsync(applied)).ShouldContain("\"bound\": 128");
    }

    [Fact]
    public async Task Fault_WhileTheApiIsStopped_IsRefusedAndStoppingEndsTheOthers()
    {
        await Shop.BreakAsync("error-api", CancellationToken.None);
        await Shop.BreakAsync("freeze-api", CancellationToken.None);
        (await Shop.MendAsync("error-api", CancellationToken.None)).Reason.ShouldBe(DemoReason.Frozen);
        (await Shop.BreakAsync("stop-api", CancellationToken.None)).Reason.ShouldBe(DemoReason.Broken);
        (await Shop.BreakAsync("freeze-api", CancellationToken.None)).Reason.ShouldBe(DemoReason.NotRunning);
        (await Shop.MendAsync("stop-api", CancellationToken.None)).Reason.ShouldBe(DemoReason.Mended);
        (await Shop.MendAsync("error-api", CancellationToken.None)).Reason.ShouldBe(DemoReason.AlreadyWhole);
        await Eventually.Becomes<HttpStatusCode?>(HttpStatusCode.OK, SoonEnough, HealthAsync);
    }

    [Fact]
    public async Task StopApi_MendedFromManySides_StartsOneProcessOnTheSamePort()
    {
        await Shop.BreakAsync("stop-api", CancellationToken.None);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Shop.MendAsync("stop-api", CancellationToken.None)));
        outcomes.Count(outcome => outcome.Reason == DemoReason.Mended).ShouldBe(1);
        outcomes.Count(outcome => outcome.Reason == DemoReason.AlreadyWhole).ShouldBe(4);
        (await HealthAsync()).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Break_UnknownFault_NamesTheKnownOnes()
    {
        var outcome = await Shop.BreakAsync("set-on-fire", CancellationToken.None);
        outcome.Reason.ShouldBe(DemoReason.Unknown);
        outcome.Text.ShouldContain("stop-api, freeze-api, error-api, drop-database, outage-000, outage-001, outage-002, outage-003, outage-004, harmless-change");
    }

    [Fact]
    public async Task Dispose_FrozenAndRunningParts_LeavesNoProcess()
    {
        using var directory = new TemporaryDirectory();
        var watch = Stopwatch.StartNew();
        var other = await DemoShop.StartAsync(directory.Path, _ => { }, TimeProvider.System, CancellationToken.None);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        var processes = other.Roles.Select(role => role.ProcessId!.Value).ToList();
        await other.BreakAsync("freeze-api", CancellationToken.None);
        processes.ShouldAllBe(process => IsAlive(process));
        await other.DisposeAsync();
        processes.ShouldAllBe(process => !IsAlive(process));
    }

    private async Task<HttpStatusCode> StorefrontAsync()
    {
        using var page = await http.GetAsync(Shop.StorefrontUrl);
        return page.StatusCode;
    }

    /// <summary>What a probe gets from the api: a status, or null when it is refused or left without an answer.</summary>
    private async Task<HttpStatusCode?> HealthAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            using var answer = await http.GetAsync(ApiHealth, limit.Token);
            return answer.StatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException) { return null; }
    }

    private async Task<int> CountAsync(Uri metrics)
    {
        var line = (await http.GetStringAsync(metrics)).Split('\n').Single(line => line.StartsWith("demo_requests_total{", StringComparison.Ordinal));
        return int.Parse(line.Split(' ')[1]);
    }

    private static bool IsAlive(int process) => Directory.Exists($"/proc/{process}");
}
