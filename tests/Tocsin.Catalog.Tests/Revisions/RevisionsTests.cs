using Microsoft.Extensions.Logging.Abstractions;
using Tocsin.Catalog.Configuration;
using Tocsin.Catalog.Tests.Configuration;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;
using Tocsin.Storage.Tests;

namespace Tocsin.Catalog.Tests.Revisions;

/// <summary>Reloads on a real database and real files.</summary>
[Trait("Database", "both")]
public sealed class RevisionsTests : IAsyncLifetime
{
    private static readonly Lease Lease = new("catalog/files", 1);
    private readonly TemporaryDirectory config = new(), data = new();
    private readonly Clock clock = new();
    private DataDirectory directory = null!;
    private Database database = null!;

    private string FilePath => Path.Combine(config.Path, "tocsin.yaml");

    public Task InitializeAsync()
    {
        directory = DataDirectory.Take(Path.Combine(data.Path, "d")).Value;
        database = TestDatabase.Open(directory, CatalogModule.Migrations, clock);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        directory.Dispose();
        config.Dispose();
        data.Dispose();
    }

    private Catalog.Revisions Start(string text)
    {
        File.WriteAllText(FilePath, text);
        var reader = new ConfigReader(Reading.Sections);
        return new Catalog.Revisions(config.Path, reader, reader.Read(config.Path, clock.GetUtcNow()), database.Facts, clock);
    }

    private async Task<List<Fact>> FactsAsync() =>
        [.. (await new JournalOf(database).ReadAsync()).Select(entry => entry.Fact!)];

    private async Task<ConfigApplied[]> AppliedAsync() => [.. (await FactsAsync()).OfType<ConfigApplied>()];

    [Fact]
    public async Task RecordStart_FirstConfiguration_IsARevisionAndAnEntry()
    {
        var revisions = Start(Reading.Smallest);
        await revisions.RecordStartAsync(default);

        (await AppliedAsync()).ShouldBe([new ConfigApplied(revisions.Current.Hash, null, "first configuration: 1 service, 1 person", 1, 0)]);
        (await revisions.HistoryAsync(10)).ShouldBe([new RevisionRow(revisions.Current.Hash, "file", clock.GetUtcNow().ToUnixTimeMilliseconds())]);
        (await revisions.TextAsync(revisions.Current.Hash)).ShouldNotBeNull().ShouldContain("shop: https://shop.example.org");
    }

    [Fact]
    public async Task RecordStart_SameAsBeforeTheRestart_WritesNothing()
    {
        await Start(Reading.Smallest).RecordStartAsync(default);
        await Start("# comment\n" + Reading.Smallest).RecordStartAsync(default);
        (await AppliedAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task RecordStart_ChangedWhileStopped_TellsTheDifference()
    {
        var first = Start(Reading.Smallest);
        await first.RecordStartAsync(default);
        await Start(Reading.Smallest + "\ntrusted_proxies: 10.0.0.1\n").RecordStartAsync(default);
        var applied = (await AppliedAsync())[^1];
        (applied.Previous, applied.Summary).ShouldBe((first.Current.Hash, "changed trusted_proxies"));
    }

    [Fact]
    public async Task Reload_GoodChange_IsInForceAndTold()
    {
        var revisions = Start(Reading.Smallest);
        var before = revisions.Current;
        var told = new List<Revision>();
        revisions.Applied += told.Add;
        File.WriteAllText(FilePath, Reading.Smallest.Replace("shop: https", "api:\n  shop: https", StringComparison.Ordinal));

        (await revisions.ReloadAsync("signal")).Result.ShouldBe(ReloadResult.Applied);

        told.ShouldBe([revisions.Current]);
        revisions.Current.Author.ShouldBe("signal");
        revisions.Current.Catalog.Services.Count.ShouldBe(2);
        (await AppliedAsync()).ShouldBe([new ConfigApplied(revisions.Current.Hash, before.Hash, "services 1 → 2: added api", 2, 0)]);
    }

    [Fact]
    public async Task Reload_Unchanged_WritesNothing()
    {
        var revisions = Start(Reading.Smallest);
        (await revisions.ReloadAsync("signal")).Result.ShouldBe(ReloadResult.Unchanged);
        (await FactsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Reload_BadChange_KeepsTheLastGoodOneAndIsToldOnce()
    {
        var revisions = Start(Reading.Smallest);
        var good = revisions.Current;
        File.WriteAllText(FilePath, Reading.Smallest + "\nservces:\n");

        for (var i = 0; i < 3; i++) (await revisions.ReloadAsync("file")).Result.ShouldBe(ReloadResult.Refused);

        revisions.Current.ShouldBeSameAs(good);
        revisions.LastFailure!.Diagnostics.Single().Text.ShouldBe("the file has the unknown key 'servces', did you mean 'services'?");
        var refused = (await FactsAsync()).ShouldHaveSingleItem().ShouldBeOfType<ConfigRefused>();
        (refused.InForce, refused.Errors).ShouldBe((good.Hash, 1));
        refused.FirstError.ShouldEndWith("tocsin.yaml:6:1: the file has the unknown key 'servces', did you mean 'services'?");
    }

    [Fact]
    public async Task Reload_BackToWhatIsInForce_EndsTheFailure()
    {
        var revisions = Start(Reading.Smallest);
        await revisions.RecordStartAsync(default);
        File.WriteAllText(FilePath, "zone: [");
        await revisions.ReloadAsync("file");
        File.WriteAllText(FilePath, "nonsense:");
        await revisions.ReloadAsync("file");
        File.WriteAllText(FilePath, Reading.Smallest);

        (await revisions.ReloadAsync("file")).Result.ShouldBe(ReloadResult.Unchanged);

        revisions.LastFailure.ShouldBeNull();
        (await AppliedAsync())[^1].Summary.ShouldBe("the files are as in force again");
        (await revisions.HistoryAsync(10)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task RecordStart_RefusalBeforeTheRestart_IsEnded()
    {
        var revisions = Start(Reading.Smallest);
        await revisions.RecordStartAsync(default);
        File.WriteAllText(FilePath, "nonsense:");
        await revisions.ReloadAsync("file");

        await Start(Reading.Smallest).RecordStartAsync(default);
        await Start(Reading.Smallest).RecordStartAsync(default);
        (await AppliedAsync()).Select(applied => applied.Summary).ShouldBe(["first configuration: 1 service, 1 person", "the files are as in force again"]);
    }

    [Fact]
    public async Task Reload_AnotherSecret_IsInForceAndNeverWritten()
    {
        var revisions = Start("database: hunter2-old\n");
        await revisions.RecordStartAsync(default);
        File.WriteAllText(FilePath, "database: hunter2-new\n");

        (await revisions.ReloadAsync("file")).Result.ShouldBe(ReloadResult.Applied);

        revisions.Current.Get<ServerModel>().Database!.Resolve().Value.Reveal().ShouldBe("hunter2-new");
        (await AppliedAsync())[^1].Summary.ShouldBe("a secret changed");
        (await revisions.TextAsync(revisions.Current.Hash)).ShouldBe("database: \"***\"\n");
    }

    [Fact]
    public async Task Reload_StoreIsGone_ChangesNothing()
    {
        File.WriteAllText(FilePath, Reading.Smallest);
        var reader = new ConfigReader(Reading.Sections);
        var revisions = new Catalog.Revisions(config.Path, reader, reader.Read(config.Path, clock.GetUtcNow()), new DeadStore(), clock);
        var good = revisions.Current;
        File.AppendAllText(FilePath, "\nzone: Europe/Berlin\n");
        await Should.ThrowAsync<StoreUnavailableException>(() => revisions.ReloadAsync("file"));
        revisions.Current.ShouldBeSameAs(good);
    }

    [Fact]
    public async Task Step_ChangedFile_IsReadAfterItSettled()
    {
        var revisions = Start(Reading.Smallest);
        using var watch = new ConfigWatch(revisions, NullLogger<ConfigWatch>.Instance);
        var now = clock.GetUtcNow();
        (await watch.StepAsync(Lease, now, default)).ShouldBe(Next.Idle(now + ConfigWatch.Settling));
        now += ConfigWatch.Settling;
        (await watch.StepAsync(Lease, now, default)).ShouldBe(Next.Idle(now + ConfigWatch.LookEvery));

        File.WriteAllText(FilePath, ""); // an editor has truncated the file and not written it yet
        (await watch.StepAsync(Lease, now, default)).ShouldBe(Next.Idle(now + ConfigWatch.Settling));
        File.WriteAllText(FilePath, Reading.Smallest + "\nzone: Europe/Berlin\n");
        now += ConfigWatch.Settling;
        (await watch.StepAsync(Lease, now, default)).ShouldBe(Next.Idle(now + ConfigWatch.Settling));
        revisions.Current.Catalog.Zone.ShouldBe("UTC");
        now += ConfigWatch.Settling;
        await watch.StepAsync(Lease, now, default);
        revisions.Current.Catalog.Zone.ShouldBe("Europe/Berlin");
        (await AppliedAsync()).Length.ShouldBe(2); // the start and this one, not the empty file
    }

    [Fact]
    public async Task Watch_ChangedFile_SetsTheSignal()
    {
        using var watch = new ConfigWatch(Start(Reading.Smallest), NullLogger<ConfigWatch>.Instance);
        watch.Signal.TryTake();
        File.AppendAllText(FilePath, "\n# touched\n");
        var waited = watch.Signal.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, default);
        (await Task.WhenAny(waited, Task.Delay(TimeSpan.FromSeconds(8), TimeProvider.System))).ShouldBeSameAs(waited);
    }

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Reading.Noon;
    }

    private sealed class JournalOf(Database database)
    {
        private sealed record Row(string Kind, string Body);

        public async Task<IReadOnlyList<(Fact? Fact, string Kind)>> ReadAsync() =>
            [.. (await database.Facts.QueryAsync<Row>("select kind, body from journal order by seq")).Select(row => (FactKinds.Read(row.Kind, row.Body), row.Kind))];
    }

    private sealed class DeadStore : IStore
    {
        public event Action? Committed { add { } remove { } }
        public Task<T> WriteAsync<T>(Func<ITx, ValueTask<T>> unit, Lease? lease = null, CancellationToken cancellation = default) =>
            Task.FromException<T>(new StoreUnavailableException("the disk is full"));
        public Task<T> ReadAsync<T>(Func<IReadTx, ValueTask<T>> read, CancellationToken cancellation = default) =>
            Task.FromException<T>(new StoreUnavailableException("the disk is full"));
    }
}
