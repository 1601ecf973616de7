using System.Text;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Delivery;
using Tocsin.Paging.Messages;
using Tocsin.Paging.Tests.Support;

namespace Tocsin.Paging.Tests.Delivery;

[Trait("Database", "both")]
public sealed class AckDeskTests
{
    private static async Task<(Incident Incident, string Token)> PagedAsync(PagingWorld world)
    {
        var incident = await world.DeclareAsync();
        await world.RunAsync(1);
        return (incident, world.Sent[0].Message.AckLink!.Segments[^1]);
    }

    [Fact]
    public async Task Look_AsOftenAsScannersLike_ChangesNothing()
    {
        await using var world = new PagingWorld();
        var (incident, token) = await PagedAsync(world);
        for (var i = 0; i < 5; i++) (await world.Get<AckDesk>().LookAsync(token, default)).State.ShouldBe(AckState.Waiting);
        (await world.FindAsync(incident.Id))!.State.ShouldBe(IncidentState.Open);
        (await world.FactsAsync<IncidentAcknowledged>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Take_Twice_IsHarmlessAndSaysWhoHasIt()
    {
        await using var world = new PagingWorld();
        var (incident, token) = await PagedAsync(world);
        (await world.Get<AckDesk>().TakeAsync(token, default)).State.ShouldBe(AckState.Done);
        var again = await world.Get<AckDesk>().TakeAsync(token, default);
        (again.State, again.Incident!.AckedBy).ShouldBe((AckState.AlreadyTaken, new PersonKey("ada")));
        (await world.FactsAsync<IncidentAcknowledged>()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Take_AfterADay_HasExpiredAndTakesNothing()
    {
        await using var world = new PagingWorld();
        var (incident, token) = await PagedAsync(world);
        world.Clock.Advance(TimeSpan.FromHours(24));
        (await world.Get<AckDesk>().TakeAsync(token, default)).State.ShouldBe(AckState.Expired);
        (await world.FindAsync(incident.Id))!.State.ShouldBe(IncidentState.Open);
    }

    [Fact]
    public async Task Take_ForgedAnywhere_IsNotGenuineAndTellsNothing()
    {
        await using var world = new PagingWorld();
        var (_, token) = await PagedAsync(world);
        for (var i = 0; i < token.Length; i += 7)
        {
            var forged = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            var view = await world.Get<AckDesk>().TakeAsync(forged, default);
            (view.State, view.Incident, view.Person).ShouldBe((AckState.NotGenuine, null, null));
        }
        (await world.FactsAsync<IncidentAcknowledged>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Take_LinkOfOnePageForAnotherIncidentOrPerson_IsNotGenuine()
    {
        await using var world = new PagingWorld();
        var (incident, _) = await PagedAsync(world);
        var other = await world.DeclareAsync("Other");
        var page = (await world.PagesAsync(incident.Id)).Single();
        var links = world.Get<AckLinks>();
        var until = world.Clock.GetUtcNow().AddHours(1);
        foreach (var grant in new[] { new AckGrant(page.Id, other.Id, page.Person, until), new AckGrant(page.Id, incident.Id, new PersonKey("grace"), until) })
        {
            (await world.Get<AckDesk>().TakeAsync(links.New(grant).Reveal(), default)).State.ShouldBe(AckState.NotGenuine);
        }
    }

    [Fact]
    public async Task Take_SignedByUsButNeverKept_IsAsGoodAsExpired()
    {
        await using var world = new PagingWorld();
        var (incident, _) = await PagedAsync(world);
        var page = (await world.PagesAsync(incident.Id)).Single();
        var link = world.Get<AckLinks>().New(new AckGrant(page.Id, incident.Id, page.Person, world.Clock.GetUtcNow().AddHours(1)));
        (await world.Get<AckDesk>().TakeAsync(link.Reveal(), default)).State.ShouldBe(AckState.Expired);
    }

    [Fact]
    public async Task Take_AfterTheEnd_SaysSoAndTheTokenIsForgotten()
    {
        await using var world = new PagingWorld();
        var (incident, token) = await PagedAsync(world);
        await world.Get<IncidentActions>().ResolveAsync(incident.Id, Actor.User(new PersonKey("grace")), null);
        (await world.Get<AckDesk>().TakeAsync(token, default)).State.ShouldBe(AckState.Over);
        await world.SettleAsync();
        (await world.Store.FirstAsync<long>("select count(*) from paging_token")).ShouldBe(0);
    }

    [Fact]
    public async Task Token_IsNowhereInTheDatabase()
    {
        await using var world = new PagingWorld();
        var (incident, token) = await PagedAsync(world);
        await world.Get<AckDesk>().TakeAsync(token, default);
        await world.SettleAsync();
        foreach (var table in new[] { "journal", "ledger", "paging_page", "paging_run", "paging_token", "incidents_incident" })
        {
            var text = new StringBuilder();
            foreach (var row in await world.Store.QueryAsync<dynamic>($"select * from {table}")) text.Append((string)string.Join('\u001f', ((IDictionary<string, object?>)row).Values));
            text.ToString().ShouldNotContain(token, customMessage: table);
            if (table == "paging_token") text.ToString().ShouldContain(AckToken.HashOf(token));
        }
    }
}
