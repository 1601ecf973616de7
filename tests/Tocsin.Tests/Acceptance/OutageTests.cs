using Tocsin.Checks;
using Tocsin.Incidents;
using Tocsin.Kernel.Facts;

namespace Tocsin.Tests.Acceptance;

/// <summary>Outages from the first failed probe to the all-clear, through the whole program.</summary>
public sealed class OutageTests
{
    private static readonly TimeSpan PageLimit = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task TargetStops_SomebodyIsPagedAndToldWhenItIsOver()
    {
        await using var hook = await WebhookReceiver.StartAsync();
        await using var target = new Target();
        await using var server = await RunningServer.StartAsync($$"""
            people: {ada: {webhook: "{{hook.Url}}"} }
            services: {shop: {checks: {page: {http: "{{target.Url}}", interval: 1s} } } }
            incidents: {quiet_time: 1s}
            """);
        await Wait.UntilAsync(() => server.Get<CheckQueries>().All.All(check => check.State == Kernel.Ports.Outcome.Up));
        target.Stop();
        var (_, page) = await hook.WaitForAsync("page", PageLimit);
        ((string)page["incident"]!["title"]!).ShouldContain("refused");
        target.Start();
        await hook.WaitForAsync("all-clear", PageLimit);
        var story = await server.Get<IncidentQueries>().TimelineAsync(new Kernel.IncidentId(1));
        story.Select(row => row.Kind).ShouldContain(TimelineKind.Resolved);
        story.Count.ShouldBeGreaterThanOrEqualTo(6);
        hook.Types.ShouldBe(["page", "all-clear"]);
    }

    [Fact]
    public async Task AllTargetsStopAtOnce_OneIncidentAndOnePage()
    {
        await using var hook = await WebhookReceiver.StartAsync();
        var targets = Enumerable.Range(0, 20).Select(_ => new Target()).ToList();
        var services = string.Join('\n', targets.Select((target, index) => $"  s{index}: {{ checks: {{ page: {{ http: \"{target.Url}\", interval: 1s }} }} }}"));
        await using var server = await RunningServer.StartAsync($$"""
            people: {ada: {webhook: "{{hook.Url}}"} }
            incidents: {quiet_time: 1s}
            services:
            {{services}}
            """);
        await Wait.UntilAsync(() => server.Get<CheckQueries>().All.All(check => check.State == Kernel.Ports.Outcome.Up));
        foreach (var target in targets) target.Stop();
        await hook.WaitForAsync("page", PageLimit);
        await Wait.UntilAsync(() => server.Get<CheckQueries>().Down.Count == targets.Count);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        (await server.Get<IncidentQueries>().OpenAsync()).ShouldHaveSingleItem().Services.Count.ShouldBe(targets.Count);
        hook.Types.ShouldBe(["page"]);
        foreach (var target in targets) await target.DisposeAsync();
    }

    [Fact]
    public async Task RestartDuringAnOutage_PagesNobodyAgainAndEndsItAfterwards()
    {
        await using var hook = await WebhookReceiver.StartAsync();
        await using var target = new Target();
        var data = Directory.CreateTempSubdirectory("tocsin-restart-");
        var yaml = $$"""
            people: {ada: {webhook: "{{hook.Url}}"} }
            services: {shop: {checks: {page: {http: "{{target.Url}}", interval: 1s} } } }
            incidents: {quiet_time: 1s}
            """;
        await using (var first = await RunningServer.StartAsync(yaml, data.FullName))
        {
            await Wait.UntilAsync(() => first.Get<CheckQueries>().All.All(check => check.State == Kernel.Ports.Outcome.Up));
            target.Stop();
            await hook.WaitForAsync("page", PageLimit);
        }
        await using (var second = await RunningServer.StartAsync(yaml, data.FullName))
        {
            target.Start();
            await hook.WaitForAsync("all-clear", PageLimit);
        }
        hook.Types.ShouldBe(["page", "all-clear"]);
        data.Delete(recursive: true);
    }
}
