using System.Collections.Frozen;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Recovery.Freshness;
using Tocsin.Recovery.Moving;
using Tocsin.Recovery.Switching;
using Tocsin.Storage;
using Tocsin.Storage.Tests;
using Tocsin.Testing;

namespace Tocsin.Recovery.Tests;

/// <summary>Wall clock and monotonic clock that a test moves, together or apart.</summary>
internal sealed class StageClock : TimeProvider
{
    private DateTimeOffset now = Inputs.Noon;
    private long ticks;

    public override DateTimeOffset GetUtcNow() => now;
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    public override long GetTimestamp() => ticks;
    public void Advance(TimeSpan by) => (now, ticks) = (now + by, ticks + by.Ticks);
    public void SetWall(TimeSpan by) => now += by;

    // Sockets are real here, and so are their limits.
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, dueTime, period);
}

/// <summary>What the prober believes, as a test says it.</summary>
internal sealed class StagedChecks : ILiveChecks
{
    public Dictionary<CheckKey, CheckStateView> Views { get; } = [];
    public string? Blind { get; set; }
    public CheckStateView? Find(CheckKey check) => Views.GetValueOrDefault(check);
    public IReadOnlyList<CheckStateView> All => [.. Views.Values];
}

/// <summary>Runs work on the pool and tells when all of it has ended.</summary>
internal sealed class StageRunner : IRunner
{
    private readonly CancellationTokenSource stop = new();
    public void Run(string what, Func<CancellationToken, Task> work) => _ = Task.Run(() => work(stop.Token));
    public void Stop() => stop.Cancel();
}

/// <summary>One failover on a real database, with real sides and a real switch: facts in, moves out. The pump is turned by hand.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public static readonly FailoverKey Api = new("api");
    public static readonly Actor Ada = Actor.User(new PersonKey("ada"));
    private static readonly CheckKey PrimaryCheck = new("api-page"), StandbyCheck = new("api-standby-page");

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-test-");
    private readonly DataDirectory data;
    private readonly Database database;
    private readonly IPEndPoint listen = Ports.Free();
    private readonly FreshnessModel? fresh;
    private Process process = null!;

    public Stage(FailoverMode mode = FailoverMode.Automatic, FreshnessModel? fresh = null)
    {
        this.fresh = fresh;
        Revisions = new FixedRevisions(Revision(mode));
        data = DataDirectory.Take(directory.FullName).Value;
        database = TestDatabase.Open(data, RecoveryModule.Migrations, Clock);
        Say(PrimaryCheck, Outcome.Up, "answered 200");
        Say(StandbyCheck, Outcome.Up, "answered 200");
        Restart();
    }

    /// <summary>What one life of the program holds in memory.</summary>
    private sealed record Process(StageRunner Runner, SwitchDesk Desk, FreshDesk Fresh, RecoveryPump Pump, FailoverActions Actions, Holds Holds, SceneReader Scenes);

    public StageClock Clock { get; } = new();
    public FixedRevisions Revisions { get; }
    public StagedChecks Checks { get; } = new();
    public Server Primary { get; } = new("primary");
    public Server Standby { get; } = new("standby");
    public FailoverActions Actions => process.Actions;
    public Holds Holds => process.Holds;
    public IStore Store => database.Facts;

    /// <summary>The process ends, and another one begins on the same database.</summary>
    /// <param name="points">Where the next one ends by itself; null is nowhere.</param>
    public void Restart(CrashPoints? points = null)
    {
        End();
        IStore store = points is null ? database.Facts : new CrashingStore(database.Facts, points);
        var (runner, steady) = (new StageRunner(), new SteadyTime(Clock));
        var desk = new SwitchDesk(runner, new MoveProof(Clock), Clock);
        var freshDesk = new FreshDesk(runner, Revisions, Clock);
        var scenes = new SceneReader(Checks, desk, freshDesk, Revisions, steady, Clock);
        var writer = new FailoverWriter(steady, Clock);
        var holds = new Holds(store, Revisions, steady, Clock);
        process = new Process(runner, desk, freshDesk, new RecoveryPump(store, Revisions, new SwitchKeeper(store, desk, Clock),
            new MoveSettler(store, desk, Revisions, steady, Clock), new FailoverTurner(store, scenes, writer), freshDesk, holds, steady),
            new FailoverActions(store, Revisions, scenes, writer), holds, scenes);
    }

    private void End()
    {
        if (process is null) return;
        process.Runner.Stop();
        process.Desk.Dispose();
        process.Fresh.Dispose();
    }

    /// <summary>A check changes its mind, and the journal says so.</summary>
    public async Task SayAsync(string check, Outcome outcome, double secondsAgo = 8, bool isWritten = true)
    {
        var key = new CheckKey(check);
        Say(key, outcome, outcome == Outcome.Down ? "refused" : "answered 200", secondsAgo);
        if (!isWritten) return;
        var (service, at) = (new ServiceKey("api"), Clock.GetUtcNow());
        await WriteAsync(outcome switch
        {
            Outcome.Down => new CheckDown(key, service, at.AddSeconds(-secondsAgo), "refused", "refused", "http://t/", 3),
            Outcome.Unknown => new CheckUnknown(key, service, at, "route", "no route"),
            _ => new CheckUp(key, service, at, 1_000, "http://t/"),
        });
    }

    public async Task WriteAsync(Fact fact)
    {
        await Store.WriteAsync(tx =>
        {
            tx.Append(fact, Clock.GetUtcNow(), Actor.Tocsin);
            return ValueTask.CompletedTask;
        });
        var reader = new ReaderPump(new RecoveryReader(), Store, database.Horizon, NullLogger<ReaderPump>.Instance);
        while ((await reader.StepAsync(database.Owner.Node, Clock.GetUtcNow(), default)).HasMore) { }
    }

    /// <summary>The newest probe of everything is fresh again.</summary>
    private void Look()
    {
        foreach (var (key, view) in Checks.Views.ToList()) Checks.Views[key] = view with { LastResultAt = Clock.GetUtcNow() };
    }

    public void Say(CheckKey check, Outcome outcome, string text, double secondsAgo = 8) => Checks.Views[check] = new CheckStateView(
        check, new ServiceKey(check == StandbyCheck ? "api-standby" : check == PrimaryCheck ? "api" : check.Value), check.Value, "http://t/", outcome, Clock.GetUtcNow(),
        outcome == Outcome.Up ? null : Clock.GetUtcNow().AddSeconds(-secondsAgo), "", text, false, Clock.GetUtcNow(), outcome, TimeSpan.FromMilliseconds(2));

    /// <summary>Turns the pump once, a second later.</summary>
    public async Task TurnAsync(double seconds = 1)
    {
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        Look();
        await process.Pump.StepAsync(database.Owner.Node, Clock.GetUtcNow(), default);
    }

    /// <summary>Turns until the journal has such a fact. Time stands nearly still meanwhile: real connections are being made.</summary>
    public async Task<T> UntilAsync<T>() where T : Fact
    {
        for (var i = 0; i < 400; i++)
        {
            await TurnAsync(0.11);
            if (await FactsAsync<T>() is [.., var last]) return last;
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }
        throw new TimeoutException($"no {typeof(T).Name}; the journal has {string.Join(", ", (await EntriesAsync()).Select(entry => entry.Kind))}");
    }

    /// <summary>Turns until that move is proved.</summary>
    public async Task SettledAsync(long move)
    {
        for (var i = 0; i < 400; i++)
        {
            if ((await SceneAsync()).Standing is var standing && standing.Move >= move && standing.IsSettled) return;
            await TurnAsync(0.11);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
        throw new TimeoutException($"move {move} is not proved; the journal has {string.Join(", ", (await EntriesAsync()).Select(entry => entry.Kind))}");
    }

    public Task<IReadOnlyList<JournalEntry>> EntriesAsync() => new JournalTable(Store).ReadAsync(new JournalQuery(Limit: 1_000));

    public async Task<IReadOnlyList<T>> FactsAsync<T>() where T : Fact => [.. (await EntriesAsync()).Select(entry => entry.Fact).OfType<T>()];

    public Task<FailoverScene> SceneAsync() => Store.ReadAsync(async tx => await process.Scenes.ReadAsync(tx, Revisions.Current.Get<RecoveryModel>().Failovers[Api]));

    public Task<MoveAnswer> MoveAsync(TrafficSide to, bool anyway = false, long? proposal = null) =>
        Actions.MoveAsync(new MoveRequest(Api, to, anyway, proposal), Ada);

    /// <summary>What a user hears through the switch.</summary>
    public async Task<string> AskAsync()
    {
        using var user = await Network.ConnectAsync(listen, CancellationToken.None);
        await user.SendAsync("hello\n"u8.ToArray());
        return await Server.ReadLineAsync(user);
    }

    public Revision Revision(FailoverMode mode)
    {
        var failover = new FailoverModel
        {
            Key = Api, Service = new ServiceKey("api"), Listen = listen, Primary = new SideModel(Primary.Address, PrimaryCheck),
            Standby = new SideModel(Standby.Address, StandbyCheck), Fresh = fresh, Mode = mode, Cooldown = TimeSpan.FromMinutes(5), ConnectionsMax = 100,
        };
        var services = new[] { "api", "api-standby", "db", "cache", "blog" };
        return new Revision("abc", Inputs.Noon, "file",
        [
            new CatalogModel
            {
                PublicUrl = null, Zone = "UTC", People = FrozenDictionary<PersonKey, PersonModel>.Empty, ServiceOrder = [.. services.Select(key => new ServiceKey(key))],
                Services = services.ToFrozenDictionary(key => new ServiceKey(key), key => new ServiceModel { Key = new ServiceKey(key), Name = key, DependsOn = [] }),
            },
            new ServerModel { TrustedProxies = [] },
            new ChecksModel(new[] { Check(PrimaryCheck, Primary), Check(StandbyCheck, Standby) }.ToFrozenDictionary(check => check.Key), [PrimaryCheck, StandbyCheck]),
            new RecoveryModel(new[] { failover }.ToFrozenDictionary(one => one.Key), [Api]),
        ]);
    }

    private static CheckModel Check(CheckKey key, Server side) => new()
    {
        Key = key, Service = new ServiceKey("api"), Name = key.Value, Interval = TimeSpan.FromSeconds(5), Timeout = TimeSpan.FromSeconds(4),
        Family = AddressFamilyChoice.Any, Severity = Severity.Sev2,
        Probe = new ProbeSpec.Http
        {
            Url = new Uri($"http://{side.Address}/"), Method = "GET", Headers = [], Status = [(200, 299)], Json = [], HeaderContains = [], RedirectsMax = 5,
            CertificateExpiresWithin = TimeSpan.FromDays(14),
        },
    };

    public async ValueTask DisposeAsync()
    {
        End();
        Primary.Dispose();
        Standby.Dispose();
        await database.DisposeAsync();
        data.Dispose();
        directory.Delete(recursive: true);
    }
}
