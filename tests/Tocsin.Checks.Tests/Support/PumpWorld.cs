using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Catalog;
using Tocsin.Checks.Probes;
using Tocsin.Checks.Scheduling;
using Tocsin.Checks.Sighting;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;
using Tocsin.Storage.Tests;

namespace Tocsin.Checks.Tests;

/// <summary>The real pump on a real database and fake time; targets answer as the test says. Turned by the test alone.</summary>
internal sealed class PumpWorld : IProber, IRunner, IOwnNetwork, ISampleStore, IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-checks-");
    private readonly List<(TimeSpan Due, Action Complete)> flights = [];
    private readonly List<Task> work = [];
    private DataDirectory? data;
    private Database? database;
    private ServiceProvider? services;
    private long epoch;
    private Next next = Next.More;

    public FakeTimeProvider Clock { get; } = new();
    public FailingStore? Store { get; private set; }
    public FixedRevisions Revisions { get; }
    public ConcurrentQueue<(string Series, Sample Sample)> Samples { get; } = new();
    public List<(CheckKey Check, TimeSpan At, IPAddress? Avoid)> Launched { get; } = [];
    public OwnNetworkReport Network { get; set; } = new(true, null, false, ResolverState.NotAsked);

    /// <summary>What a target does to a probe that starts now: answer after a while, or stay silent (null).</summary>
    public Func<CheckModel, (double AfterMs, Finding Finding)?> Target { get; set; } = _ => (20, Finding.Up("answered 200"));

    public PumpWorld(params CheckModel[] checks) => Revisions = new FixedRevisions(Models.Revision(checks));

    public CheckQueries Queries => services!.GetRequiredService<CheckQueries>();
    public CheckPump Pump => services!.GetRequiredService<CheckPump>();

    /// <summary>Starts the program anew on the same data: everything in memory is gone.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        flights.Clear();
        data = DataDirectory.Take(directory.FullName).Value;
        database = TestDatabase.Open(data, ChecksModule.Migrations, Clock);
        Store = new FailingStore(database.Facts);
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(Clock).AddSingleton<IStore>(Store).AddSingleton<ISampleStore>(this).AddSingleton<IRunner>(this)
            .AddSingleton<IRevisions>(Revisions).AddChecks().AddSingleton<IProber>(this).AddSingleton<IOwnNetwork>(this);
        services = collection.BuildServiceProvider();
        next = Next.More;
        epoch++;
    }

    public async Task RunAsync(double seconds)
    {
        if (services is null) await RestartAsync();
        var end = Clock.Elapsed + TimeSpan.FromSeconds(seconds);
        while (true)
        {
            await SettleAsync();
            var due = new[] { end, Clock.Elapsed + (next.At is { } at ? at - Clock.GetUtcNow() : TimeSpan.FromDays(1)) }
                .Concat(flights.Select(flight => flight.Due)).Min();
            if (due > Clock.Elapsed) Clock.Advance(due - Clock.Elapsed);
            Land();
            if (Clock.Elapsed < end) continue;
            await SettleAsync();
            return;
        }
    }

    /// <summary>Time passes and nobody turns the pump: the process stands still.</summary>
    public void Freeze(double seconds)
    {
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        Land();
    }

    public async Task<IReadOnlyList<Fact>> FactsAsync() =>
        [.. (await new JournalReading(database!.Facts).AllAsync()).Select(entry => entry.Fact!)];

    private async Task SettleAsync()
    {
        do
        {
            next = await Pump.StepAsync(new Lease("checks", epoch), Clock.GetUtcNow(), CancellationToken.None);
            await Task.WhenAll(work);
            work.Clear();
        }
        while (next.HasMore || Pump.Signal.TryTake() || next.At <= Clock.GetUtcNow());
    }

    private void Land()
    {
        foreach (var flight in flights.Where(flight => flight.Due <= Clock.Elapsed).OrderBy(flight => flight.Due).ToList())
        {
            flights.Remove(flight);
            flight.Complete();
        }
    }

    Task<ProbeResult> IProber.RunAsync(ProbeRequest request, CancellationToken stopping)
    {
        Launched.Add((request.Check.Key, Clock.Elapsed, request.Avoid));
        var (startedAt, ended) = (Clock.GetUtcNow(), new TaskCompletionSource<ProbeResult>());
        var does = Target(request.Check);
        var after = does is { } answer ? TimeSpan.FromMilliseconds(answer.AfterMs) : request.Check.Timeout;
        var finding = does?.Finding ?? Finding.Down(ProbeReason.Timeout, "connected, but no answer within 5 s");
        flights.Add((Clock.Elapsed + after, () => ended.SetResult(new ProbeResult
        {
            Finding = finding, StartedAt = startedAt, Duration = after, Address = IPAddress.Parse("192.0.2.7"),
            Transcript = finding.Outcome != Outcome.Up || request.WantsTranscript ? "> GET\n" : null,
        })));
        return ended.Task;
    }

    void IRunner.Run(string what, Func<CancellationToken, Task> job)
    {
        var task = job(CancellationToken.None);
        if (!what.StartsWith("check/", StringComparison.Ordinal)) work.Add(task);
    }

    Task<OwnNetworkReport> IOwnNetwork.LookAsync(IPAddress? target, bool asksResolvers, CancellationToken cancellation) => Task.FromResult(Network);

    void ISampleStore.Append(string series, Sample sample) => Samples.Enqueue((series, sample));
    Task<IReadOnlyList<Sample>> ISampleStore.ReadAsync(string series, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Sample>>([.. Samples.Where(item => item.Series == series).Select(item => item.Sample)]);
    Task<IReadOnlyList<SampleRollup>> ISampleStore.HoursAsync(string series, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<SampleRollup>>([]);
    Task<IReadOnlyList<SampleRollup>> ISampleStore.DaysAsync(string series, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<SampleRollup>>([]);

    Task<IReadOnlyList<IReadOnlyList<SampleCounts>>> ISampleStore.DaysTogetherAsync(
        IReadOnlyList<IReadOnlyCollection<string>> groups, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<IReadOnlyList<SampleCounts>>>([.. groups.Select(_ => (IReadOnlyList<SampleCounts>)[])]);

    private async Task StopAsync()
    {
        if (services is null) return;
        await services.DisposeAsync();
        await database!.DisposeAsync();
        data!.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        directory.Delete(recursive: true);
    }
}

/// <summary>A store whose disk can be full.</summary>
internal sealed class FailingStore(IStore inner) : IStore
{
    public bool IsFull { get; set; }
    public int Writes { get; private set; }

    public Task<T> WriteAsync<T>(Func<ITx, ValueTask<T>> unit, Lease? lease = null, CancellationToken cancellation = default)
    {
        Writes++;
        return IsFull ? Task.FromException<T>(new StoreUnavailableException("disk full")) : inner.WriteAsync(unit, null, cancellation);
    }

    public Task<T> ReadAsync<T>(Func<IReadTx, ValueTask<T>> read, CancellationToken cancellation = default) => inner.ReadAsync(read, cancellation);
    public event Action? Committed { add => inner.Committed += value; remove => inner.Committed -= value; }
}

internal sealed class JournalReading(IStore store)
{
    private sealed class Row
    {
        public long Seq { get; init; }
        public long At { get; init; }
        public string Kind { get; init; } = "";
        public string Body { get; init; } = "";
    }

    public async Task<IReadOnlyList<JournalEntry>> AllAsync() =>
        [.. (await store.QueryAsync<Row>("select seq, at, kind, body from journal order by seq")).Select(row => new JournalEntry(
            row.Seq, DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.Kind, 1, default, null, Actor.Tocsin, 0, row.Body))];
}
