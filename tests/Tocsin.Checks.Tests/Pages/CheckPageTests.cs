using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tocsin.Catalog;
using Tocsin.Checks.Pages;
using Tocsin.Checks.Probes;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.Checks.Tests.Pages;

public sealed class CheckPageTests
{
    private sealed class Address : NavigationManager
    {
        public Address() => Initialize("http://tocsin.test/", "http://tocsin.test/checks/shop");
    }

    private sealed class Zone : IDisplayZone
    {
        public TimeZoneInfo For(PersonKey? person) => TimeZoneInfo.Utc;
    }

    private static async Task<string> RenderAsync(PumpWorld world, string key)
    {
        var http = new HttpContextAccessor { HttpContext = new DefaultHttpContext() };
        await using var services = new ServiceCollection().AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(world.Queries).AddSingleton<IRevisions>(world.Revisions).AddSingleton<NavigationManager>(new Address())
            .AddSingleton(new PageTime(world.Clock, new Zone(), http)).BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            RenderFragment page = builder =>
            {
                builder.OpenComponent<CheckPage>(0);
                builder.AddComponentParameter(1, nameof(CheckPage.Key), key);
                builder.CloseComponent();
            };
            var root = await renderer.RenderComponentAsync<CascadingValue<HttpContext>>(ParameterView.FromDictionary(
                new Dictionary<string, object?> { ["Value"] = http.HttpContext, ["ChildContent"] = page }));
            return root.ToHtmlString();
        });
    }

    [Fact]
    public async Task CheckPage_Down_SaysWhatAndShowsTheConversation()
    {
        await using var world = new PumpWorld(Models.Check(Models.Tcp("192.0.2.7", 80)));
        await world.RunAsync(20);
        world.Target = _ => (1, Finding.Down(ProbeReason.Refused, "192.0.2.7 refused the connection"));
        await world.RunAsync(15);
        var html = await RenderAsync(world, "shop");
        foreach (var part in new[] { "down", "192.0.2.7 refused the connection", "192.0.2.7:80", "&gt; GET", "failed", "data-live" })
        {
            html.ShouldContain(part);
        }
        html.ShouldContain("bar-down");
    }

    [Fact]
    public async Task CheckPage_NothingYet_SaysSo()
    {
        await using var world = new PumpWorld(Models.Check(Models.Tcp("192.0.2.7", 80)));
        await world.RestartAsync();
        var html = await RenderAsync(world, "shop");
        html.ShouldContain("Not probed yet.");
        html.ShouldContain("No failed probe is kept");
    }

    [Fact]
    public void SampleChart_Columns_ShowTheWorstAndBreakWhereNothingAnswered()
    {
        var from = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        var chart = SampleChart.Of(
        [
            new Sample(from, Outcome.Up, 0, 1_000, false), new Sample(from.AddMinutes(1), Outcome.Down, 1, 5_000_000, false),
            new Sample(from.AddMinutes(2), Outcome.Down, 1, 5_000_000, true), new Sample(from.AddMinutes(10), Outcome.Up, 0, 2_000, false),
            new Sample(from.AddMinutes(30), Outcome.Up, 0, 1_000, false), new Sample(from.AddDays(1), Outcome.Down, 1, 1, false),
        ], from, from.AddDays(1));
        (chart.Probes, chart.Failed, chart.Slowest).ShouldBe((4, 1, TimeSpan.FromMilliseconds(2)));
        chart.Marks(Outcome.Down).ShouldBe("M0 42h3v6h-3z");
        chart.Line().ShouldBe("M2 20L6 1M14 20");
        chart.Marks(Outcome.Unknown).ShouldBeEmpty();
    }
}
