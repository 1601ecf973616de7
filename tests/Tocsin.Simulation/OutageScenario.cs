using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tocsin.Alerts;
using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.OnCall;
using Tocsin.Paging;
using Tocsin.Paging.Channels;
using Tocsin.Paging.Escalation;
using Tocsin.Paging.Messages;
using Tocsin.Storage;

namespace Tocsin.Simulation;

/// <summary>The real path: checks go down and up, alerts fire, incidents open, people are paged by mail and sometimes answer.</summary>
internal sealed class OutageScenario : IScenario
{
    private static readonly ServiceKey[] Services = [new("shop"), new("api"), new("store")];
    private static readonly FixedRevisions Configuration = new(OutageConfiguration.Create(Services));
    private static readonly AckLinks Links = new(SigningKeys.Open(Directory.CreateTempSubdirectory("tocsin-sim-").FullName, AckLinks.Purpose,
        TimeProvider.System, RandomNumberGenerator.Create()), RandomNumberGenerator.Create());

    private readonly HashSet<DateTimeOffset> accepted = [];
    private DateTimeOffset lastTold = DateTimeOffset.MinValue;

    public IReadOnlyList<Migration> Tables { get; } =
        [.. AlertsModule.Migrations, .. IncidentsModule.Migrations, .. OnCallModule.Migrations, .. PagingModule.Migrations];

    public Composition Compose(Parts parts)
    {
        var services = new ServiceCollection()
            .AddSingleton(parts.Store)
            .AddSingleton<TimeProvider>(parts.Clock)
            .AddSingleton<IRevisions>(Configuration)
            .AddSingleton<IJournal>(new JournalTable(parts.Store))
            .AddSingleton<ILedger, DeliveryLedger>()
            .AddAlerts().AddIncidents().AddOnCall().AddPaging(keyDirectory: "/nowhere")
            .RemoveAll<IChannel>()
            .AddSingleton<IChannel>(new Mail(parts))
            .AddSingleton(Links);
        var provider = services.BuildServiceProvider();
        return new Composition([.. provider.GetServices<IJournalReader>()], [.. provider.GetServices<ILedgerHandler>()],
        [
            ActivatorUtilities.CreateInstance<IncidentPump>(provider),
            ActivatorUtilities.CreateInstance<EscalationPump>(provider),
        ]);
    }

    public async Task ActAsync(IStore store, Random random, DateTimeOffset now)
    {
        var service = Services[random.Next(Services.Length)];
        switch (random.Next(10))
        {
            case < 5: await TellAsync(store, DownOf(service, Unique(now)), now); break;
            case < 8: await TellAsync(store, UpOf(service, now), now); break;
            default: await AcknowledgeAsync(store, random, now); break;
        }
    }

    public async Task CalmAsync(IStore store, DateTimeOffset now)
    {
        foreach (var service in Services) await TellAsync(store, UpOf(service, now), now);
    }

    // The moment of the first failure names a fact, so that it can be found again.
    private DateTimeOffset Unique(DateTimeOffset now) => lastTold = now > lastTold ? now : lastTold.AddMilliseconds(1);

    private async Task TellAsync(IStore store, Fact fact, DateTimeOffset now)
    {
        await store.WriteAsync(tx => { tx.Append(fact, now, Actor.Tocsin); return ValueTask.CompletedTask; });
        if (fact is CheckDown down) accepted.Add(down.FirstFailedAt);
    }

    private static CheckDown DownOf(ServiceKey service, DateTimeOffset at) =>
        new(new CheckKey($"{service}-http"), service, at, "refused", "refused the connection", $"http://{service}/", 3);

    private static CheckUp UpOf(ServiceKey service, DateTimeOffset at) => new(new CheckKey($"{service}-http"), service, at, 1_000, $"http://{service}/");

    private static async Task AcknowledgeAsync(IStore store, Random random, DateTimeOffset now)
    {
        var open = await store.QueryAsync<long>("select id from incidents_incident where state = 'open' order by id");
        if (open.Count == 0) return;
        var clock = new Testing.FakeClock(now);
        await new IncidentActions(store, clock).AcknowledgeAsync(new IncidentId(open[random.Next(open.Count)]), new PersonKey("ada"), "browser");
    }

    public async Task<DateTimeOffset?> RestsUntilAsync(IReadTx tx)
    {
        if (await Rest.UntilAsync(tx) is { } soon) return soon;
        // What is wrong with Tocsin itself, and somebody has taken it, waits for that person.
        var unfinished = await tx.FirstAsync<long>("""
            select count(*) from incidents_incident i where i.state = 'open' or (i.state = 'acknowledged' and not exists (
                select 1 from incidents_alert a where a.incident = i.id and a.ended_at is null and a.dedup_key like 'server/%'))
            """);
        if (unfinished == 0) return null;
        var next = await tx.FirstAsync<long?>("""
            select min(at) from (select next_at as at from paging_run where state = 'running'
                union all select resolves_at from incidents_incident where state <> 'resolved')
            """);
        return next is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : DateTimeOffset.MinValue;
    }

    public async Task<IReadOnlyList<string>> JudgeAsync(IReadTx tx, Outside outside) =>
        await new OutageJudge(tx, outside).JudgeAsync(accepted);

    /// <summary>The mail channel, as far as the simulation draws it.</summary>
    private sealed class Mail(Parts parts) : IChannel
    {
        public string Word => "mail";

        public Task<DeliveryOutcome> SendAsync(OutgoingMessage message, ContactMethod to, CancellationToken cancellation) =>
            parts.Outside.SendAsync(message.IdempotencyKey, parts.Process, cancellation);
    }
}

/// <summary>Three services in a row, two people, one policy.</summary>
internal static class OutageConfiguration
{
    public static Revision Create(ServiceKey[] services)
    {
        var catalog = new CatalogModel
        {
            PublicUrl = new Uri("https://tocsin.example.org/"),
            Zone = "UTC",
            Services = services.Select((key, index) => new ServiceModel
            {
                Key = key,
                Name = key.Value,
                DependsOn = index + 1 < services.Length ? [services[index + 1]] : [],
            }).ToFrozenDictionary(service => service.Key),
            People = new[] { "ada", "bea" }.Select(name => new PersonModel
            {
                Key = new PersonKey(name),
                Name = name,
                Methods = [new ContactMethod.Mail($"{name}@example.org")],
            }).ToFrozenDictionary(person => person.Key),
            ServiceOrder = services,
        };
        return new Revision("r1", DateTimeOffset.UnixEpoch, "file",
        [
            catalog,
            new ChecksModel(FrozenDictionary<CheckKey, CheckModel>.Empty, []),
            new IncidentRulesModel { QuietTime = TimeSpan.FromSeconds(2), ReopenWithin = TimeSpan.FromMinutes(30) },
            new OnCallModel(FrozenDictionary<string, ScheduleModel>.Empty, new[] { Policy() }.ToFrozenDictionary(policy => policy.Key)),
            new ServerModel { TrustedProxies = [] },
        ]);
    }

    private static EscalationPolicyModel Policy() => new()
    {
        Key = EscalationPolicyModel.DefaultKey,
        Steps =
        [
            new StepModel(TimeSpan.Zero, [new StepTarget.Person(new PersonKey("ada"))]),
            new StepModel(TimeSpan.FromSeconds(30), [new StepTarget.Everyone()]),
        ],
        RepeatEvery = TimeSpan.FromMinutes(5),
    };
}
