using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tocsin.Alerts;
using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Checks;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.OnCall;
using Tocsin.Paging.Channels;
using Tocsin.Paging.Messages;
using Tocsin.Paging.Watch;
using Tocsin.Storage;
using Tocsin.Storage.Tests;
using Tocsin.Storage.Sqlite;

namespace Tocsin.Paging.Tests.Support;

/// <summary>A message that a channel was given, and when.</summary>
internal sealed record Sent(double At, string Method, OutgoingMessage Message)
{
    public string Who => Message.Person.Value;
    public override string ToString() => $"{At:0} s {Message.Kind} {Who} {Method}";
}

/// <summary>Alerts, incidents, on-call and paging on a real database and fake time; only the channels are ours. Turned by the test alone.</summary>
internal sealed class PagingWorld : IRunner, IDownNow, IProbingHealth, IAsyncDisposable
{
    public const string TwoSteps =
        """
        public_url: https://tocsin.example.org
        smtp: {host: mail.example.org, from: tocsin@example.org}
        people:
          ada: {name: Ada, mail: ada@example.org}
          grace: {name: Grace, mail: grace@example.org, ntfy: https://ntfy.example.org/grace}
          linus: {name: Linus}
        services:
          shop: https://shop.example.org
        escalation:
          default:
            steps:
              - {notify: ada}
              - {notify: grace, after: 30s}
            repeat_every: 5m
        """;

    private static readonly IConfigSection[] Sections =
        [new CatalogSection(), new ServerSection(), new ChecksSection(), new IncidentsSection(), new OnCallSection(), new PagingSection()];

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-paging-");
    private readonly List<Task> work = [];
    private readonly List<TaskCompletionSource> held = [];
    private readonly Database database;
    private readonly ServiceProvider services;
    private volatile bool isDirty;

    public PagingWorld(string yaml = TwoSteps)
    {
        Clock = new ManualClock(Samples.Now);
        Revisions = new FixedRevisions(Read(yaml));
        Migration[] migrations = [.. AlertsModule.Migrations, .. IncidentsModule.Migrations, .. OnCallModule.Migrations, .. PagingModule.Migrations];
        // The sync mode changes what a power cut leaves, which is not the question here.
        database = TestDatabase.Open(directory.FullName, migrations, Clock, () => Database.OpenSqlite(
            new SqliteFile(Path.Combine(directory.FullName, "tocsin.db"), "OFF"), new SqliteFile(Path.Combine(directory.FullName, "samples.db"), "OFF"),
            null, migrations, "0.1.0", Clock));
        database.Facts.Committed += () => isDirty = true;
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton<TimeProvider>(Clock).AddStorage(database).AddSingleton<IRunner>(this).AddSingleton<IRevisions>(Revisions)
            .AddAlerts().AddIncidents().AddOnCall().AddPaging(Path.Combine(directory.FullName, "keys"))
            .AddSingleton<IDownNow>(this).AddSingleton<IProbingHealth>(this).RemoveAll<IChannel>();
        foreach (var word in new[] { "mail", "ntfy", "webhook" }) collection.AddSingleton<IChannel>(new Channel(this, word));
        services = collection.BuildServiceProvider();
    }

    public ManualClock Clock { get; }
    public FixedRevisions Revisions { get; }
    public List<Sent> Sent { get; } = [];
    public double Elapsed => Clock.Elapsed.TotalSeconds;
    public IStore Store => database.Facts;
    public StoreHealth Health => database.Health;
    public T Get<T>() where T : notnull => services.GetRequiredService<T>();
    public T Pump<T>() where T : IPump => services.GetServices<IPump>().OfType<T>().Single();
    public Lease Lease => database.Owner.Node;

    /// <summary>What a provider says to a message.</summary>
    public Func<OutgoingMessage, string, DeliveryOutcome> Answer { get; set; } = (_, _) => DeliveryOutcome.Delivered("250 taken");

    /// <summary>While true, channels have taken a message and do not answer.</summary>
    public bool IsHolding { get; set; }

    public IReadOnlyList<string> Down { get; set; } = [];
    IReadOnlyList<string> IDownNow.Checks => Down;
    public string? Trouble { get; set; }

    public static Revision Read(string yaml)
    {
        var reading = new ConfigReader(Sections).ReadText("tocsin.yaml", yaml, Samples.Now);
        reading.Errors.ShouldBeEmpty();
        return reading.Revision!;
    }

    public async Task<Incident> DeclareAsync(string title = "Shop answers 500") => (await Get<IncidentDeclaration>().DeclareAsync(
        new Declaration { Title = title, Services = ["shop"] }, Actor.User(new PersonKey("linus")))).Value;

    public Task<Incident?> FindAsync(IncidentId id) => Get<IncidentQueries>().FindAsync(id);

    public Task AppendAsync(params Fact[] facts) => Store.WriteAsync(tx =>
    {
        foreach (var fact in facts) tx.Append(fact, Clock.GetUtcNow(), Actor.Tocsin);
        return ValueTask.CompletedTask;
    });

    public async Task<IReadOnlyList<T>> FactsAsync<T>() where T : Fact =>
        [.. (await Get<IJournal>().ReadAsync(new JournalQuery(Kinds: [FactKinds.KindOf<T>()], Limit: 10_000))).Select(entry => (T)entry.Fact!)];

    public Task<IReadOnlyList<Page>> PagesAsync(IncidentId incident) =>
        Store.ReadAsync(async tx => await PageStore.OfIncidentAsync(tx, incident));

    /// <summary>Lets time pass, second by second, and everything turn.</summary>
    public async Task RunAsync(double seconds)
    {
        var end = Elapsed + seconds;
        await SettleAsync();
        while (Elapsed < end)
        {
            Clock.Advance(TimeSpan.FromSeconds(Math.Min(1, end - Elapsed)));
            await SettleAsync();
        }
    }

    public Task SettleAsync() => TurnAsync([.. services.GetRequiredService<ReaderPumps>().All,
        .. services.GetServices<IPump>().Where(pump => pump.Scope is "ledger" or "escalation" or "incidents")]);

    /// <summary>Only the journal is read: what is due stays where it is.</summary>
    public Task ReadJournalAsync() => TurnAsync([.. services.GetRequiredService<ReaderPumps>().All]);

    /// <summary>Only what is due is sent: news in the journal is not read yet.</summary>
    public Task SendDueAsync() => TurnAsync([.. services.GetServices<IPump>().Where(pump => pump.Scope == "ledger")]);

    private async Task TurnAsync(IReadOnlyList<IPump> pumps)
    {
        var hasMore = true;
        for (var turn = 0; hasMore || isDirty; turn++)
        {
            turn.ShouldBeLessThan(500, "the pumps do not come to rest");
            (hasMore, isDirty) = (false, false);
            foreach (var pump in pumps) hasMore |= (await pump.StepAsync(Lease, Clock.GetUtcNow(), CancellationToken.None)).HasMore;
            hasMore |= await FinishWorkAsync();
        }
    }

    /// <summary>Waits for what was given to the runner, except for what hangs in a channel.</summary>
    public async Task<bool> FinishWorkAsync()
    {
        while (work.Count(task => !task.IsCompleted) > held.Count) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        foreach (var task in work.Where(task => task.IsCompleted)) await task;
        return work.RemoveAll(task => task.IsCompleted) > 0;
    }

    public async Task ReleaseAsync()
    {
        IsHolding = false;
        foreach (var one in held) one.SetResult();
        held.Clear();
        await FinishWorkAsync();
    }

    void IRunner.Run(string what, Func<CancellationToken, Task> job) => work.Add(job(CancellationToken.None));

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await database.DisposeAsync();
        directory.Delete(recursive: true);
    }

    private sealed class Channel(PagingWorld world, string word) : IChannel
    {
        public string Word => word;

        public async Task<DeliveryOutcome> SendAsync(OutgoingMessage message, ContactMethod to, CancellationToken cancellation)
        {
            to.Word.ShouldBe(word);
            if (world.IsHolding)
            {
                var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                lock (world.held) world.held.Add(hold);
                await hold.Task;
            }
            var outcome = world.Answer(message, word);
            if (outcome.Result == DeliveryResult.Delivered)
            {
                lock (world.Sent) world.Sent.Add(new Sent(world.Elapsed, word, message));
            }
            return outcome;
        }
    }
}
