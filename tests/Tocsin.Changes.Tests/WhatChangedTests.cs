using FsCheck;
using FsCheck.Fluent;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Changes.Tests;

[Trait("Database", "both")]
public sealed class WhatChangedTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = ChangesFixture.Noon;
    private readonly ChangesFixture fixture = new();

    public Task InitializeAsync() => Task.CompletedTask;
    public async Task DisposeAsync() => await fixture.DisposeAsync();

    private async Task RecordAsync(string title, string? service, int minutesBefore) =>
        (await fixture.Recorder.RecordAsync(new ChangeRequest { Title = title, Service = service, HappenedAt = Noon.AddMinutes(-minutesBefore) },
            Actor.Tocsin)).IsValid.ShouldBeTrue();

    [Fact]
    public async Task WhatChangedAsync_Service_ShowsItsPathAndOurConfigurationNewestFirst()
    {
        await RecordAsync("on itself", "checkout", 5);
        await RecordAsync("indirect", "cache", 14);
        await RecordAsync("elsewhere", "search", 3);
        await RecordAsync("somewhere", null, 20);
        await RecordAsync("too old", "checkout", 61);
        await fixture.AppendAsync(new ConfigApplied("abc123", null, "1 check added", 4, 4), Noon.AddMinutes(-10));
        var rows = await fixture.Queries.WhatChangedAsync(new ServiceKey("checkout"), Noon);
        rows.Select(row => (row.Title, row.BeforeInWords)).ShouldBe([
            ("on itself", "5 min before"), ("Configuration abc123 of Tocsin", "10 min before"), ("indirect", "14 min before"),
            ("somewhere", "20 min before")]);
        rows[1].Description.ShouldBe("1 check added");
    }

    [Fact]
    public async Task WhatChangedAsync_Dependent_IsNotOnThePath()
    {
        await RecordAsync("needs it, is not needed", "checkout", 5);
        (await fixture.Queries.WhatChangedAsync(new ServiceKey("api"), Noon)).ShouldBeEmpty();
    }

    [Fact]
    public async Task WhatChangedAsync_Everything_IgnoresThePath()
    {
        await RecordAsync("a", "checkout", 5);
        await RecordAsync("b", "search", 6);
        (await fixture.Queries.WhatChangedAsync(service: null, Noon)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task WhatChangedAsync_LaterThanTheMoment_IsLeftOut()
    {
        await RecordAsync("after it began", "checkout", 5);
        (await fixture.Queries.WhatChangedAsync(new ServiceKey("checkout"), Noon.AddMinutes(-6))).ShouldBeEmpty();
        (await fixture.Queries.WhatChangedAsync(new ServiceKey("checkout"), Noon.AddMinutes(-5))).ShouldHaveSingleItem()
            .BeforeInWords.ShouldBe("at that moment");
    }

    [Fact]
    public void Select_AnyChanges_KeepsExactlyThoseInTheWindowOnThePathInOrder()
    {
        var services = new ServiceKey?[] { null, new("checkout"), new("api"), new("cache"), new("search") };
        var change = from index in Gen.Choose(0, 4) from seconds in Gen.Choose(-600, 7_200) select (index, seconds);
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(change.ListOf().ToArbitrary(), drawn =>
        {
            var changes = drawn.Select((one, number) => new Change
            {
                Id = new ChangeId(number + 1), Kind = "deploy", Title = "t", Service = services[one.index],
                HappenedAt = Noon.AddSeconds(-one.seconds), RecordedAt = Noon, RecordedBy = Actor.Tocsin,
            }).ToList();
            var rows = WhatChanged.Select(changes, [], [new ServiceKey("api")], ChangesFixture.Catalog, Noon, TimeSpan.FromHours(1));
            var expected = changes.Where(one => (one.Service?.Value is null or "api" or "cache")
                && one.HappenedAt <= Noon && one.HappenedAt >= Noon.AddHours(-1)).Select(one => one.Id).ToHashSet();
            return rows.Select(row => row.Change!.Value).ToHashSet().SetEquals(expected)
                && rows.Zip(rows.Skip(1)).All(pair => pair.First.At >= pair.Second.At)
                && rows.All(row => row.Before >= TimeSpan.Zero);
        }));
    }
}
