using Tocsin.Alerts;
using Tocsin.Catalog;
using Tocsin.Changes;
using Tocsin.Checks;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Paging;
using Tocsin.Postmortems;
using Tocsin.StatusPages;

namespace Tocsin.Bench.Year;

/// <summary>A year of outages, each with its alert, its pages, its wrong turn and its story, and the changes and blips between them.</summary>
internal sealed class YearIncidents(IStore store, Revision revision, DateTimeOffset now)
{
    private const int Seed = 20_261_120, UnitsAtOnce = 64, PostmortemEvery = 3;

    private readonly Random random = new(Seed);
    private readonly ChecksModel checks = revision.Get<ChecksModel>();

    /// <returns>In the order of their start; the last ones go on.</returns>
    public async Task<IReadOnlyList<IncidentId>> WriteAsync()
    {
        var gap = TimeSpan.FromDays(YearShape.Days) / YearShape.Incidents;
        var rows = YearShape.JournalRows / YearShape.Incidents;
        var units = new List<Task>();
        var incidents = new List<Task<IncidentId>>();
        for (var number = 1; number <= YearShape.Incidents; number++)
        {
            var at = now - gap * (YearShape.Incidents - number + 1);
            units.Add(YearJournal.WriteAsync(store, checks, random, at, at + gap, rows));
            if (number % (YearShape.Incidents / YearShape.Changes) == 0) units.Add(ChangeAsync(number, at));
            incidents.Add(IncidentAsync(number, at.AddMinutes(20)));
            if (units.Count < UnitsAtOnce) continue;
            await Task.WhenAll([.. units, .. incidents]);
            units.Clear();
        }
        await Task.WhenAll(units);
        return await Task.WhenAll(incidents);
    }

    private Task ChangeAsync(int number, DateTimeOffset at)
    {
        var change = new Change
        {
            Id = default, Kind = "deploy", Title = $"deploy/{number}", Service = new ServiceKey(YearShape.Service(random.Next(YearShape.Services))),
            Author = "pipeline", HappenedAt = at, RecordedAt = at, RecordedBy = Actor.Integration("pipeline"),
        };
        return store.WriteAsync(async tx =>
        {
            var id = (await ChangeStore.InsertAsync(tx, change, $"bench-{number}"))!.Value;
            tx.Append(new ChangeRecorded(id, change.Kind, change.Title, change.Service, null, null, change.Author, at), at, change.RecordedBy);
        });
    }

    private Task<IncidentId> IncidentAsync(int number, DateTimeOffset at)
    {
        var check = checks.Checks[checks.Order[random.Next(checks.Order.Count)]];
        var isOpen = number > YearShape.Incidents - YearShape.OpenIncidents;
        var outage = new Outage(number, check, revision.Catalog.NameOf(check.Service), at, TimeSpan.FromMinutes(random.Next(3, 240)),
            new PersonKey(YearShape.Person(random.Next(6))), (Severity)random.Next(1, 5), isOpen);
        return store.WriteAsync(tx => WriteAsync(tx, outage));
    }

    private static async ValueTask<IncidentId> WriteAsync(ITx tx, Outage outage)
    {
        var alert = await AlertAsync(tx, outage);
        var incident = await IncidentStore.InsertAsync(tx, outage.Incident);
        await IncidentStore.LinkAlertAsync(tx, incident.Id, alert);
        if (!outage.IsOpen) await IncidentStore.EndAlertAsync(tx, alert.Id, outage.EndsAt);
        var page = await PageStore.InsertAsync(tx, incident.Id, outage.Person, "mail", "on call", 1, 1, outage.PagedAt);
        await PageStore.SettleAsync(tx, page, PageState.Sent, 1, outage.PagedAt.AddSeconds(1), "250 2.0.0 Ok: queued");
        await SuspectAsync(tx, incident.Id, outage);
        if (!outage.IsOpen && outage.Number % PostmortemEvery == 0) await PostmortemAsync(tx, incident.Id, outage);
        Tell(tx, incident, alert, page, outage);
        await UpdateStore.WriteAsync(tx, incident.Id, UpdateStatus.Investigating, "We are looking into it.", true, Actor.Tocsin, outage.PagedAt);
        if (!outage.IsOpen) await UpdateStore.WriteAsync(tx, incident.Id, UpdateStatus.Resolved, "This is over.", true, Actor.Tocsin, outage.ResolvedAt);
        return incident.Id;
    }

    private static async Task<Alert> AlertAsync(ITx tx, Outage outage)
    {
        var fire = new AlertSignal.Fire($"check/{outage.Check.Key}", outage.Check.Service, outage.Check.Key, outage.Title, $"{outage.Check.Probe.Target}: answered 500 (status)",
            outage.Severity, "host:127.0.0.1", outage.At);
        var id = await AlertStore.InsertAsync(tx, fire, outage.DownAt);
        // What an alert left firing would be ended by the check that is up.
        await AlertStore.EndAsync(tx, id, outage.IsOpen ? outage.PagedAt : outage.EndsAt);
        return (await AlertStore.FindAsync(tx, id))!;
    }

    private static Task<int> SuspectAsync(ITx tx, IncidentId id, Outage outage) => tx.ExecuteAsync("""
        insert into incidents_suspicion (incident, number, suspect, suspected_by, since, ruled_out_by, ruled_out_at, because)
        values (@id, 1, 'the database', @by, @since, @by, @until, 'works as usual')
        """, new
    {
        id = id.Value, by = outage.Person.Value, since = outage.PagedAt.AddSeconds(60).ToUnixTimeMilliseconds(), until = outage.PagedAt.AddSeconds(90).ToUnixTimeMilliseconds(),
    });

    private static Task<int> PostmortemAsync(ITx tx, IncidentId id, Outage outage) => PostmortemStore.InsertAsync(tx, new Postmortem(id, 1,
        new Dictionary<string, string> { ["why"] = "A deploy without a test of its configuration.", ["well"] = "The page came within seconds." },
        outage.Number % (2 * PostmortemEvery) == 0 ? string.Concat(Enumerable.Repeat("## What happened\n\nIt was slow, and then it was down.\n\n", 60)) : null,
        Postmortem.Draft, Actor.User(outage.Person), outage.ResolvedAt));

    private static void Tell(ITx tx, Incident incident, Alert alert, PageId page, Outage outage)
    {
        var (id, person, check) = (incident.Id, outage.Person, outage.Check);
        var by = Actor.User(person);
        var down = tx.Append(new CheckDown(check.Key, check.Service, outage.At, "status", "answered 500, expected 200", check.Probe.Target, 3), outage.DownAt, Actor.Tocsin);
        var fired = tx.Append(new AlertFired(alert.Id, alert.DedupKey, alert.Service, alert.Check, alert.Title, alert.Detail, alert.Severity, alert.StartedAt, alert.Facet), outage.DownAt, Actor.Tocsin, down);
        var opened = tx.Append(new IncidentOpened(id, incident.Title, [check.Service], incident.Severity, incident.StartedAt, alert.Id, false, false), outage.DownAt, Actor.Tocsin, fired);
        tx.Append(new EscalationStepped(id, 1, 1, [person], "default"), outage.PagedAt, Actor.Tocsin, opened);
        tx.Append(new PageRequested(page, id, person, "mail", 1, 1), outage.PagedAt, Actor.Tocsin, opened);
        tx.Append(new PageSent(page, id, person, "mail", "250 2.0.0 Ok: queued", 1), outage.PagedAt.AddSeconds(1), Actor.Tocsin);
        tx.Append(new IncidentAcknowledged(id, person, "page link", page), outage.PagedAt.AddSeconds(40), by);
        tx.Append(new IncidentSuspected(id, 1, "the database", null, null, ToldMoment.Exactly(outage.PagedAt.AddSeconds(60))), outage.PagedAt.AddSeconds(60), by);
        tx.Append(new IncidentRuledOut(id, 1, "the database", "works as usual", ToldMoment.Exactly(outage.PagedAt.AddSeconds(90))), outage.PagedAt.AddSeconds(90), by);
        for (var note = 0; note < outage.Notes; note++)
        {
            var at = outage.PagedAt.AddSeconds(100 + note);
            tx.Append(new IncidentNoted(id, TimelineKind.Note, $"Looking at graph {note}: nothing there either.", ToldMoment.Exactly(at)), at, by);
        }
        if (outage.IsOpen) return;
        var up = tx.Append(new CheckUp(check.Key, check.Service, outage.EndsAt, (long)outage.Length.TotalMilliseconds, check.Probe.Target), outage.EndsAt, Actor.Tocsin);
        tx.Append(new AlertResolved(alert.Id, alert.DedupKey, alert.Service, alert.Check, alert.Title, outage.EndsAt), outage.EndsAt, Actor.Tocsin, up);
        tx.Append(new IncidentRecovered(id, outage.EndsAt, outage.ResolvedAt), outage.EndsAt, Actor.Tocsin);
        tx.Append(new IncidentResolved(id, true, outage.EndsAt, true, null), outage.ResolvedAt, Actor.Tocsin);
        tx.Append(new PageTold(id, person, "mail", "resolved", true, "250 2.0.0 Ok: queued"), outage.ResolvedAt.AddSeconds(1), Actor.Tocsin);
    }

    /// <summary>The plan of one outage.</summary>
    private sealed record Outage(
        int Number, CheckModel Check, string Service, DateTimeOffset At, TimeSpan Length, PersonKey Person, Severity Severity, bool IsOpen)
    {
        public string Title => $"{Service}: answered 500, expected 200";
        public DateTimeOffset DownAt => At.AddSeconds(4);
        public DateTimeOffset PagedAt => At.AddSeconds(5);
        public DateTimeOffset EndsAt => At + Length;
        public DateTimeOffset ResolvedAt => EndsAt.AddMinutes(5);
        public int Notes => Number % YearShape.LongStoryEvery == 0 ? YearShape.LongStory : Number % 4;

        public Incident Incident => new()
        {
            Id = default, Title = Title, Severity = Severity, State = IsOpen ? IncidentState.Acknowledged : IncidentState.Resolved,
            Services = [new AffectedService(Check.Service, Service)], Started = ToldMoment.Exactly(At), StartedAt = At, OpenedAt = DownAt,
            AckedBy = Person, AckedAt = PagedAt.AddSeconds(40), IsDeclared = false, IsPast = false,
            ResolvedAt = IsOpen ? null : ResolvedAt, Ended = IsOpen ? null : ToldMoment.Exactly(EndsAt), EndedAt = IsOpen ? null : EndsAt,
        };
    }
}
