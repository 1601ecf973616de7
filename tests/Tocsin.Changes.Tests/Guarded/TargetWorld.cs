using System.Collections.Frozen;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Catalog;
using Tocsin.Changes.Guarded;
using Tocsin.Checks.Tests;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;
using Tocsin.Storage.Tests;
using Tocsin.Testing;

namespace Tocsin.Changes.Tests.Guarded;

/// <summary>The real pump on a real database and a real file, on fake time. The running side and its users are the test's; they go on when the program ends.</summary>
internal sealed class TargetWorld : IRunner, IWatchedChecks, ITargetHands, IAsyncDisposable
{
    public const string Good = """{"version":1}""", Better = """{"version":3}""", Bad = """{"version":2}""";
    private static readonly Actor Ada = Actor.User(new PersonKey("ada"));

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-target-");
    private readonly List<Task> work = [];
    private DataDirectory? data;
    private Database? database;
    private ServiceProvider? services;
    private CrashPoints points = new(-1);
    private int probes;

    /// <param name="like">A world that was closed: this one begins with its database.</param>
    public TargetWorld(string content = Good, TargetWorld? like = null)
    {
        Directory.CreateDirectory(Path.Combine(directory.FullName, "data"));
        foreach (var file in like is null ? [] : Directory.GetFiles(Path.Combine(like.directory.FullName, "data"), "*.db*"))
            System.IO.File.Copy(file, Path.Combine(directory.FullName, "data", Path.GetFileName(file)));
        File = Path.Combine(directory.FullName, "api-release.json");
        System.IO.File.WriteAllText(File, content);
        Target = Some.Target(File);
        Running = content;
        Revisions = new FixedRevisions(RevisionOf([Target]));
    }

    public FakeTimeProvider Clock { get; } = new();
    public string File { get; }
    public TargetModel Target { get; }
    public FixedRevisions Revisions { get; }
    public TargetKey Key => Target.Key;

    /// <summary>What the running side works with.</summary>
    public string Running { get; private set; }
    public Func<string, bool> IsHealthy { get; set; } = content => content != Bad;
    public Func<string, string?> Validator { get; set; } = _ => null;
    public Func<string, string?> Guard { get; set; } = _ => null;
    /// <summary>Whether the running side reads the file when it is told to.</summary>
    public bool SideListens { get; set; } = true;
    public bool AreProbesStopped { get; set; }
    public int Writes { get; private set; }
    /// <summary>A rule that a test found broken outside of the database.</summary>
    public string? Broken { get; private set; }

    public ServiceProvider Services => services!;
    public GuardedChanges Changes => services!.GetRequiredService<GuardedChanges>();
    public IJournal Journal => services!.GetRequiredService<IJournal>();
    public IStore Store => database!.Facts;
    public string Content => System.IO.File.ReadAllText(File);
    public bool HasCrashed => points.HasCrashed;
    public long PointsPassed => points.Passed;

    internal static Revision RevisionOf(IReadOnlyList<TargetModel> targets) => new("abc", ChangesFixture.Noon, "file",
    [
        ChangesFixture.Catalog, new TargetsModel(targets.ToFrozenDictionary(target => target.Key), [.. targets.Select(target => target.Key)]),
    ]);

    /// <summary>Starts the program anew on the same data: everything in memory is gone.</summary>
    /// <param name="crashAt">The point at which it will end; none by default.</param>
    public async Task RestartAsync(long crashAt = -1)
    {
        await StopAsync();
        points = new CrashPoints(crashAt);
        data = DataDirectory.Take(Path.Combine(directory.FullName, "data")).Value;
        database = TestDatabase.Open(data, ChangesModule.Migrations, Clock);
        var store = new WritesOnly(new CrashingStore(database.Facts, points), database.Facts);
        services = new ServiceCollection().AddLogging().AddStorage(database).AddChanges("/").AddSingleton<IStore>(store).AddSingleton<TimeProvider>(Clock)
            .AddSingleton<IRevisions>(Revisions).AddSingleton<IRunner>(this).AddSingleton<IWatchedChecks>(this).AddSingleton<ITargetHands>(this).BuildServiceProvider();
    }

    /// <summary>Turns the pump until something is so, or for so long.</summary>
    public async Task RunAsync(double seconds, Func<Task<bool>>? until = null)
    {
        if (services is null) await RestartAsync();
        var end = Clock.Elapsed + TimeSpan.FromSeconds(seconds);
        while (Clock.Elapsed < end)
        {
            await TurnAsync();
            if (until is not null && await until()) return;
            Clock.Advance(TimeSpan.FromMilliseconds(250));
            if (Clock.Elapsed.TotalSeconds >= probes + 1) Probe();
        }
        await TurnAsync();
    }

    private async Task TurnAsync()
    {
        var pump = services!.GetRequiredService<GuardedPump>();
        Next next;
        do
        {
            next = await pump.StepAsync(services!.GetRequiredService<IWorkOwner>().Hold(pump.Scope)!, Clock.GetUtcNow(), CancellationToken.None);
            var started = work.ToList();
            work.Clear();
            await Task.WhenAll(started);
        }
        while (next.HasMore || pump.Signal.TryTake());
    }

    /// <summary>Lets the content that stands be proved healthy.</summary>
    public Task ProveAsync() => RunAsync(8);

    public async Task<GuardedChange?> LastAsync() =>
        services is null ? null : (await Store.ReadAsync(async tx => await GuardedStore.RecentAsync(tx, Key, 1))) is [var last] ? last : null;

    /// <summary>Until the last change has ended, at most 10 min.</summary>
    public async Task<GuardedChange> EndAsync()
    {
        await RunAsync(600, async () => await LastAsync() is { Phase.IsFinal: true });
        return (await LastAsync()).ShouldNotBeNull();
    }

    public Task<ChangeAnswer> ProposeAsync(string content) => Changes.ProposeAsync(Key, Encoding.UTF8.GetBytes(content), "because", Ada);
    public Task<ChangeAnswer> RollBackAsync(IncidentId? incident = null) => Changes.RollBackAsync(Key, incident, null, Ada);

    public async Task<IReadOnlyList<Fact>> FactsAsync() => [.. (await Journal.ReadAsync(new JournalQuery(Limit: 1_000))).Select(entry => entry.Fact!)];

    public void Reload()
    {
        if (SideListens) Running = Content;
    }

    private void Probe()
    {
        if (!AreProbesStopped) probes = (int)Clock.Elapsed.TotalSeconds;
    }

    CheckSight? IWatchedChecks.Look(CheckKey check) => probes == 0 ? new CheckSight(Outcome.Up, false, null, null, TimeSpan.Zero, TimeSpan.FromSeconds(1), "")
        : new CheckSight(Health, false, ChangesFixture.Noon.AddSeconds(probes), Health, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1), "answered 500");

    private Outcome Health => IsHealthy(Running) ? Outcome.Up : Outcome.Down;

    void IRunner.Run(string what, Func<CancellationToken, Task> job) => work.Add(job(CancellationToken.None));

    FileContent ITargetHands.Read(TargetModel target) => TargetFile.Read(target.File);
    (long Size, DateTimeOffset WrittenAt)? ITargetHands.Look(TargetModel target) => TargetFile.Look(target.File);

    Task<string?> ITargetHands.ValidateAsync(TargetModel target, byte[] content, CancellationToken stopping) => Task.FromResult(Validator(Encoding.UTF8.GetString(content)));
    Task<string?> ITargetHands.GuardAsync(TargetModel target, byte[] content, CancellationToken stopping) => Task.FromResult(Guard(Encoding.UTF8.GetString(content)));

    string? ITargetHands.Replace(TargetModel target, string expectedSha, byte[] content)
    {
        points.Pass();
        CheckTimerIsKept();
        Writes++;
        var fault = TargetFile.Replace(target.File, expectedSha, content);
        points.Pass();
        return fault;
    }

    /// <summary>The rule of the whole: a timer that does not survive a crash protects nobody.</summary>
    private void CheckTimerIsKept()
    {
        var last = Store.ReadAsync(async tx => await GuardedStore.RecentAsync(tx, Key, 1)).GetAwaiter().GetResult().Single();
        if (last.Phase == ChangePhase.Armed && last.RevertAt is null) Broken = "the file was written before the timer was kept";
        if (last.Phase is not (ChangePhase.Armed or ChangePhase.Reverting)) Broken = $"the file was written while the change was {last.Phase}";
    }

    Task<(string? Fault, string Evidence)> ITargetHands.ApplyAsync(TargetModel target, byte[] content, CancellationToken stopping)
    {
        points.Pass();
        Reload();
        points.Pass();
        return Task.FromResult(Running == Encoding.UTF8.GetString(content) ? ((string?)null, "it says so") : ("the running side works with something else", ""));
    }

    public async Task StopAsync()
    {
        work.Clear();
        if (services is null) return;
        await services.DisposeAsync();
        services = null;
        await database!.DisposeAsync();
        data!.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        directory.Delete(recursive: true);
    }
}

/// <summary>A process that ends while it reads has done nothing: such points would only be many.</summary>
internal sealed class WritesOnly(IStore crashing, IStore inner) : IStore
{
    public event Action? Committed
    {
        add => inner.Committed += value;
        remove => inner.Committed -= value;
    }

    public Task<T> WriteAsync<T>(Func<ITx, ValueTask<T>> unit, Lease? lease = null, CancellationToken cancellation = default) => crashing.WriteAsync(unit, lease, cancellation);
    public Task<T> ReadAsync<T>(Func<IReadTx, ValueTask<T>> read, CancellationToken cancellation = default) => inner.ReadAsync(read, cancellation);
}
