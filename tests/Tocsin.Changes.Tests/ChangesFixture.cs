using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;
using Tocsin.Storage.Tests;

namespace Tocsin.Changes.Tests;

/// <summary>A clock that stands until it is told to go.</summary>
internal sealed class StandingClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;
    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>The module on a real database: checkout needs api, api needs cache; search stands alone.</summary>
public sealed class ChangesFixture : IAsyncDisposable
{
    internal static readonly DateTimeOffset Noon = new(2026, 1, 25, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-test-");
    private readonly DataDirectory data;
    private readonly Database database;

    public ChangesFixture()
    {
        data = DataDirectory.Take(directory.FullName).Value;
        database = TestDatabase.Open(data, ChangesModule.Migrations, Clock);
        Services = new ServiceCollection().AddLogging().AddStorage(database).AddChanges("/")
            .AddSingleton<TimeProvider>(Clock).AddSingleton<IRevisions>(Revisions).BuildServiceProvider();
    }

    internal StandingClock Clock { get; } = new(Noon);
    internal IRevisions Revisions { get; } = new FixedRevisions(new Revision("abc", Noon, "file", [Catalog]));
    internal ServiceProvider Services { get; }
    internal ChangeRecorder Recorder => Services.GetRequiredService<ChangeRecorder>();
    internal ChangeQueries Queries => Services.GetRequiredService<ChangeQueries>();
    internal IJournal Journal => Services.GetRequiredService<IJournal>();

    internal Task AppendAsync(Fact fact, DateTimeOffset at) => database.Facts.WriteAsync(tx =>
    {
        tx.Append(fact, at, Actor.Tocsin);
        return ValueTask.CompletedTask;
    });

    internal static CatalogModel Catalog { get; } = CatalogOf(("checkout", ["api"]), ("api", ["cache"]), ("cache", []), ("search", []));

    internal static CatalogModel CatalogOf(params (string Key, string[] Needs)[] services) => new()
    {
        PublicUrl = null,
        Zone = "UTC",
        People = FrozenDictionary<PersonKey, PersonModel>.Empty,
        ServiceOrder = [.. services.Select(service => new ServiceKey(service.Key))],
        Services = services.ToFrozenDictionary(service => new ServiceKey(service.Key), service => new ServiceModel
        {
            Key = new ServiceKey(service.Key),
            Name = char.ToUpperInvariant(service.Key[0]) + service.Key[1..],
            DependsOn = [.. service.Needs.Select(need => new ServiceKey(need))],
        }),
    };

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await database.DisposeAsync();
        data.Dispose();
        directory.Delete(recursive: true);
    }
}
