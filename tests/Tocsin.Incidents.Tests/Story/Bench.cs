using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tocsin.Alerts;
using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;
using Tocsin.Storage.Tests;

namespace Tocsin.Incidents.Tests;

/// <summary>The real store, readers and pump on a fake clock, turned by hand: facts in, story out.</summary>
/// <remarks>The shop: storefront → api → db and cache; blog stands alone. One HTTP check each, named <c>KEY-http</c>.</remarks>
public sealed class Bench : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    public static readonly PersonKey Ada = new("ada"), Bob = new("bob");

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-test-");
    private readonly DataDirectory data;
    private readonly Database database;
    private readonly ServiceProvider services;
    private readonly List<ReaderPump> readers;

    /// <param name="more">Registers further modules.</param>
    public Bench(IEnumerable<Migration>? migrations = null, Action<IServiceCollection>? more = null)
    {
        Revisions = new FixedRevisions(Shop());
        data = DataDirectory.Take(directory.FullName).Value;
        database = TestDatabase.Open(data, [.. AlertsModule.Migrations, .. IncidentsModule.Migrations, .. migrations ?? []], Clock);
        var collection = new ServiceCollection().AddSingleton(Store).AddSingleton<IJournal>(new JournalTable(Store))
            .AddSingleton<IRevisions>(Revisions).AddSingleton<TimeProvider>(Clock).AddAlerts().AddIncidents();
        more?.Invoke(collection);
        services = collection.BuildServiceProvider();
        readers = [.. services.GetServices<IJournalReader>().Select(reader =>
            new ReaderPump(reader, Store, database.Horizon, NullLogger<ReaderPump>.Instance))];
    }

    public FakeClock Clock { get; } = new(Noon);
    public FixedRevisions Revisions { get; }
    public IStore Store => database.Facts;
    public IJournal Journal => Get<IJournal>();
    public IncidentQueries Queries => Get<IncidentQueries>();
    public IncidentActions Actions => Get<IncidentActions>();
    public IncidentDeclaration Declarations => Get<IncidentDeclaration>();
    public Suspicions Suspicions => Get<Suspicions>();
    public Silences Silences => Get<Silences>();
    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Moves the clock, writes the facts as they happen, and lets everybody read.</summary>
    public async Task AfterAsync(double seconds, params Func<Fact>[] facts)
    {
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        foreach (var fact in facts) await WriteAsync(fact(), Now);
        await TurnAsync();
    }

    public Task WriteAsync(Fact fact, DateTimeOffset at, Actor? by = null) => Store.WriteAsync(tx =>
    {
        tx.Append(fact, at, by ?? Actor.Tocsin);
        return ValueTask.CompletedTask;
    });

    /// <summary>Readers until nothing is left, then the pump, until both are quiet.</summary>
    public async Task TurnAsync()
    {
        for (var round = 0; round < 3; round++)
        {
            bool hasMore;
            do
            {
                hasMore = false;
                foreach (var reader in readers) hasMore |= (await reader.StepAsync(database.Owner.Node, Now, default)).HasMore;
            }
            while (hasMore);
            foreach (var pump in services.GetServices<IPump>()) await pump.StepAsync(database.Owner.Node, Now, default);
        }
    }

    public Func<CheckDown> Down(string service, double firstFailedBefore = 4, string text = "answered 500, expected 200") => () => new(
        new CheckKey($"{service}-http"), new ServiceKey(service), Now.AddSeconds(-firstFailedBefore), "status", text, $"http://{service}.test/", 3);

    public Func<CheckDegraded> Degraded(string service) => () => new(
        new CheckKey($"{service}-http"), new ServiceKey(service), Now, "slow", "took 3 s, allowed 1 s", $"http://{service}.test/", 3);

    public Func<CheckUp> Up(string service, long badForMs = 60_000) => () => new(new CheckKey($"{service}-http"), new ServiceKey(service), Now, badForMs, $"http://{service}.test/");

    public static ChangeRecorded Change(long id, string? service, DateTimeOffset at) => new(
        new ChangeId(id), "deploy", $"deploy/{id}", service is null ? null : new ServiceKey(service), null, null, "ada", at);

    public async Task<Incident> TheIncidentAsync() => (await Queries.RecentAsync(10)).ShouldHaveSingleItem();

    public async Task<IReadOnlyList<T>> FactsAsync<T>() where T : Fact =>
        [.. (await Journal.ReadAsync(new JournalQuery(Kinds: [FactKinds.KindOf<T>()]))).Select(entry => (T)entry.Fact!)];

    public static Revision Shop(params string[] withoutChecks)
    {
        ServiceModel[] services =
        [
            Service("storefront", "Storefront", "api"), Service("api", "API", "db", "cache"), Service("db", "Orders database"),
            Service("cache", "Cache"), Service("blog", "Blog"), Service("wiki", "Wiki"),
        ];
        var checks = services.Where(service => !withoutChecks.Contains(service.Key.Value)).Select(service => Check(service.Key.Value)).ToList();
        return new Revision("000000000001", Noon, "file",
        [
            new CatalogModel
            {
                PublicUrl = new Uri("https://tocsin.test/"),
                Zone = "UTC",
                Services = services.ToFrozenDictionary(service => service.Key),
                ServiceOrder = [.. services.Select(service => service.Key)],
                People = new[] { Person(Ada, "Ada"), Person(Bob, "Bob") }.ToFrozenDictionary(person => person.Key),
            },
            new ChecksModel(checks.ToFrozenDictionary(check => check.Key), [.. checks.Select(check => check.Key)]),
            new IncidentRulesModel { QuietTime = TimeSpan.FromSeconds(30), ReopenWithin = TimeSpan.FromMinutes(30) },
        ]);
    }

    private static ServiceModel Service(string key, string name, params string[] needs) =>
        new() { Key = new ServiceKey(key), Name = name, DependsOn = [.. needs.Select(need => new ServiceKey(need))] };

    private static PersonModel Person(PersonKey key, string name) => new() { Key = key, Name = name, Methods = [] };

    private static CheckModel Check(string service) => new()
    {
        Key = new CheckKey($"{service}-http"),
        Service = new ServiceKey(service),
        Name = $"{service}-http",
        // Blog and wiki share a host.
        Probe = new ProbeSpec.Tcp { Host = service is "blog" or "wiki" ? "web-1" : $"{service}.test", Port = 80 },
        Interval = TimeSpan.FromSeconds(30),
        Timeout = TimeSpan.FromSeconds(5),
        Family = AddressFamilyChoice.Any,
        Severity = service == "storefront" ? Severity.Sev1 : Severity.Sev2,
    };

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await database.DisposeAsync();
        data.Dispose();
        directory.Delete(recursive: true);
    }
}
