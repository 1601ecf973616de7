using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tocsin.Checks.Probes;

namespace Tocsin.Checks.Tests;

public sealed class ChecksApiTests
{
    private static async Task<WebApplication> ServeAsync(PumpWorld world)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(world.Queries);
        var app = builder.Build();
        app.MapGroup("/api/v1").MapChecks();
        await app.StartAsync();
        return app;
    }

    [Fact]
    public async Task Checks_OneDown_SaysWhichAndWhySinceWhen()
    {
        await using var world = new PumpWorld(Models.Check(Models.Tcp("127.0.0.1", 80)), Models.Check(Models.Tcp("127.0.0.1", 81), "other"));
        await world.RunAsync(20);
        world.Target = check => check.Key.Value == "shop" ? (1, Finding.Down(ProbeReason.Refused, "127.0.0.1 refused the connection")) : (20, Finding.Up("answered"));
        await world.RunAsync(40);
        await using var app = await ServeAsync(world);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var list = (await http.GetFromJsonAsync<CheckListJson>("/api/v1/checks"))!.Checks;
        list.Select(check => (check.Key, check.State)).ShouldBe([("shop", "down"), ("other", "up")]);
        (list[0].Reason, list[0].Text).ShouldBe(("refused", "127.0.0.1 refused the connection"));
        list[0].FirstFailedAt.ShouldNotBeNull().ShouldBe(list[0].Since!.Value);
        (await http.GetFromJsonAsync<CheckJson>("/api/v1/checks/other"))!.ShouldBe(list[1]);
        (await http.GetAsync(new Uri("/api/v1/checks/nothing", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.GetFromJsonAsync<CheckListJson>("/api/v1/checks?service=nothing"))!.Checks.ShouldBeEmpty();
        (await http.GetAsync(new Uri("/api/v1/checks?service=No!", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }
}
