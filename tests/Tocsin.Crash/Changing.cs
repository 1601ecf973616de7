using System.Collections.Frozen;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Catalog;
using Tocsin.Changes;
using Tocsin.Changes.Guarded;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;

namespace Tocsin.Crash;

/// <summary>Changes a file under guard until the change has ended, or stands still in a phase until it is killed.</summary>
/// <param name="halt">The phase in which it stands still; another word for none.</param>
internal sealed class Changing(string directory, string halt) : IRunner, IWatchedChecks
{
    private static readonly TargetKey Key = new("api-release");
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(20), Interval = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider clock = TimeProvider.System;
    private readonly string file = Path.Combine(directory, "api-release.json");

    /// <summary>Users are well with whatever does not say that it is bad.</summary>
    CheckSight? IWatchedChecks.Look(CheckKey check)
    {
        var state = File.ReadAllText(file).Contains("bad", StringComparison.Ordinal) ? Outcome.Down : Outcome.Up;
        var tick = clock.GetTimestamp() / (long)(Interval.TotalSeconds * clock.TimestampFrequency);
        return new CheckSight(state, false, DateTimeOffset.UnixEpoch.AddTicks(tick), state, TimeSpan.Zero, Interval, "answered 500");
    }

    void IRunner.Run(string what, Func<CancellationToken, Task> work) => _ = work(CancellationToken.None);

    /// <param name="content">Asked for when no change was asked for before.</param>
    public async Task<int> RunAsync(string content)
    {
        using var data = DataDirectory.Take(Path.Combine(directory, "data")).Value;
        await using var database = Database.OpenSqlite(data, ChangesModule.Migrations, "0.1.0", clock);
        var target = new TargetModel
        {
            Key = Key, Service = new ServiceKey("api"), File = file, Validate = ["/bin/cat", "{file}"], Apply = [], Timeout = TimeSpan.FromSeconds(30),
            Watch = new WatchModel([new CheckKey("shop-page")], TimeSpan.FromSeconds(1), 3, TimeSpan.FromMinutes(10)), Guards = [],
        };
        var catalog = new CatalogModel
        {
            PublicUrl = null, Zone = "UTC", Services = FrozenDictionary<ServiceKey, ServiceModel>.Empty, People = FrozenDictionary<PersonKey, PersonModel>.Empty, ServiceOrder = [],
        };
        var targets = new TargetsModel(new[] { target }.ToFrozenDictionary(one => one.Key), [Key]);
        await using var services = new ServiceCollection().AddLogging().AddStorage(database).AddChanges(directory).AddSingleton(clock).AddSingleton<IRunner>(this)
            .AddSingleton<IWatchedChecks>(this).AddSingleton<IRevisions>(new FixedRevisions(new Revision("abc", DateTimeOffset.UnixEpoch, "file", [catalog, targets])))
            .BuildServiceProvider();
        if (await LastAsync(services) is null)
            await services.GetRequiredService<GuardedChanges>().ProposeAsync(Key, Encoding.UTF8.GetBytes(content), "because", Actor.Tocsin);
        return await TurnAsync(services);
    }

    private async Task<int> TurnAsync(ServiceProvider services)
    {
        var pump = services.GetRequiredService<GuardedPump>();
        var lease = services.GetRequiredService<IWorkOwner>().Hold(pump.Scope)!;
        while (true)
        {
            var phase = (await LastAsync(services))!.Phase;
            if (phase.ToString() == halt)
            {
                Console.WriteLine($"halt {phase}");
                Console.ReadLine();
            }
            if (phase.IsFinal)
            {
                Console.WriteLine($"end {phase}");
                return 0;
            }
            await pump.StepAsync(lease, clock.GetUtcNow(), CancellationToken.None);
            await Task.Delay(Turn, clock);
        }
    }

    private static async Task<GuardedChange?> LastAsync(ServiceProvider services) =>
        await services.GetRequiredService<TargetQueries>().ChangesAsync(Key) is [var last, ..] ? last : null;
}
