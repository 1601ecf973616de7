using Microsoft.Extensions.DependencyInjection;
using Tocsin.Changes.Pages;
using Tocsin.Changes.Panels;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Web;

namespace Tocsin.Changes.Tests;

public sealed class ChangePanelsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = ChangesFixture.Noon;
    private static readonly IncidentId Incident = new(42);
    private readonly ChangesFixture fixture = new();

    public async Task InitializeAsync()
    {
        foreach (var (title, service, minutesBefore) in new[] { ("to api", "api", 30), ("to search", "search", 20), ("long ago", "api", 100) })
        {
            await fixture.Recorder.RecordAsync(new ChangeRequest { Title = title, Service = service, HappenedAt = Noon.AddMinutes(-minutesBefore) }, Actor.Tocsin);
        }
    }

    public async Task DisposeAsync() => await fixture.DisposeAsync();

    private async Task<string[]?> TitlesAsync<TId>(TId id)
    {
        var panel = fixture.Services.GetServices<IPanel<TId>>().Single(one => one.Component == typeof(WhatChangedList));
        panel.Component.GetProperty("Data")!.PropertyType.ShouldBe(typeof(WhatChangedView));
        return (await panel.LoadAsync(id, CancellationToken.None) as WhatChangedView)?.Rows.Select(row => row.Title).ToArray();
    }

    [Fact]
    public async Task Service_ShowsTheLastHourOnItsPath() => (await TitlesAsync(new ServiceKey("checkout"))).ShouldBe(["to api"]);

    [Fact]
    public async Task Incident_ShowsTheHourBeforeItBegan()
    {
        await fixture.AppendAsync(new IncidentOpened(Incident, "t", [new ServiceKey("search")], Severity.Sev2, Noon.AddMinutes(-25), null, false, false), Noon);
        (await TitlesAsync(Incident)).ShouldBe([]);
        await fixture.AppendAsync(new IncidentDescribed(Incident, null, null, [new ServiceKey("checkout")], null, null, null, null), Noon);
        (await TitlesAsync(Incident)).ShouldBe(["to api"]);
        await fixture.AppendAsync(new IncidentDescribed(Incident, null, null, null, ToldMoment.Exactly(Noon.AddMinutes(-45)), null, null, null), Noon);
        (await TitlesAsync(Incident)).ShouldBe(["long ago"]);
    }

    [Fact]
    public async Task Incident_Unknown_HasNothingToShow() => (await TitlesAsync(new IncidentId(7))).ShouldBeNull();

    [Theory]
    [InlineData("", 0)]
    [InlineData(" 5 ", 5)]
    public void Form_Minutes_BecomeAMoment(string minutes, int expected) =>
        new ChangeForm { MinutesAgo = minutes }.Read(Noon).Request.HappenedAt.ShouldBe(Noon.AddMinutes(-expected));

    [Theory]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData("99999999")]
    public void Form_BadMinutes_NamesTheField(string minutes) => new ChangeForm { MinutesAgo = minutes }.Read(Noon).Problem!.Field.ShouldBe("minutesAgo");
}
