using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;
using Tocsin.Storage.Tests;

namespace Tocsin.OnCall.Tests;

[Trait("Database", "both")]
public sealed class OverridesTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2024, 1, 3, 12, 0, 0, TimeSpan.Zero);
    private static readonly Actor By = Actor.User(new PersonKey("ben"));
    private static readonly PersonKey Ben = new("ben");
    private readonly string path = Directory.CreateTempSubdirectory("tocsin-").FullName;
    private DataDirectory directory = null!;
    private Database database = null!;
    private Overrides overrides = null!;

    public Task InitializeAsync()
    {
        var clock = new Clock();
        directory = DataDirectory.Take(Path.Combine(path, "d")).Value;
        database = TestDatabase.Open(directory, OnCallModule.Migrations, clock);
        var revision = new ConfigReader([new CatalogSection(), new OnCallSection()])
            .ReadText("t.yaml", "people: {ana: , ben: }\nschedules: {primary: {people: [ana]}}\n", Now).Revision!;
        overrides = new Overrides(database.Facts, new FixedRevisions(revision), clock);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        directory.Dispose();
        Directory.Delete(path, recursive: true);
    }

    private Task<IReadOnlyList<Override>> AtAsync(DateTimeOffset at) =>
        database.Facts.ReadAsync(async tx => await OnCallQueries.OverridesAtAsync(tx, at));

    private sealed record Row(string Kind, string Body, string Actor);

    [Fact]
    public async Task Set_ThenRemove_ComesAndGoesAndIsTold()
    {
        var set = (await overrides.SetAsync("primary", Ben, Now.AddTicks(77), Now.AddHours(8), By)).Value;

        set.ShouldBe(new Override(set.Id, "primary", Ben, Now, Now.AddHours(8)));
        (await AtAsync(Now)).ShouldBe([set]);
        (await AtAsync(Now.AddHours(8))).ShouldBeEmpty(); // the end is exclusive
        (await overrides.RemoveAsync(set.Id, By)).ShouldBeTrue();
        (await overrides.RemoveAsync(set.Id, By)).ShouldBeFalse();
        (await AtAsync(Now)).ShouldBeEmpty();

        var entries = await database.Facts.QueryAsync<Row>("select kind, body, actor from journal order by seq");
        entries.Select(entry => FactKinds.Read(entry.Kind, entry.Body)).ShouldBe(
        [
            new OnCallOverridden("primary", Ben, Now, Now.AddHours(8), Removed: false),
            new OnCallOverridden("primary", Ben, Now, Now.AddHours(8), Removed: true),
        ]);
        entries.ShouldAllBe(entry => entry.Actor == "user/ben");
    }

    [Theory]
    [InlineData("second", "ben", 0, 8, "there is no schedule 'second'")]
    [InlineData("primary", "dora", 0, 8, "there is no person 'dora'")]
    [InlineData("primary", "ben", 8, 8, "the override ends before it begins")]
    [InlineData("primary", "ben", -9, -8, "the override lies in the past")]
    [InlineData("primary", "ben", 0, 61 * 24, "the override is longer than 60 days; change the rotation instead")]
    [InlineData("primary", "ben", 367 * 24, 368 * 24, "the override begins more than 366 days ahead")]
    public async Task Set_Impossible_SaysWhy(string schedule, string person, int fromHours, int untilHours, string why)
    {
        (await overrides.SetAsync(schedule, new PersonKey(person), Now.AddHours(fromHours), Now.AddHours(untilHours), By)).Error.ShouldBe(why);
        (await database.Facts.QueryAsync<Row>("select kind, body, actor from journal")).ShouldBeEmpty();
    }

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
