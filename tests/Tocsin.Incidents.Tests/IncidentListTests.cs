using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents.Tests;

public sealed class IncidentListTests : IAsyncLifetime
{
    private static readonly Actor ByAda = Actor.User(Bench.Ada);
    private readonly Bench bench = new();

    public async Task InitializeAsync()
    {
        await PastAsync("Checkout lost 100% of its carts", "storefront", 1);
        await PastAsync("Orders stay at the store", "db", 2);
        await PastAsync("The blog is slow", "blog", 3);
        bench.Clock.Advance(TimeSpan.FromDays(9));
        await bench.Declarations.DeclareAsync(new Declaration { Title = "Orders are late", Services = ["db"] }, ByAda);
    }

    public async Task DisposeAsync() => await bench.DisposeAsync();

    private async Task PastAsync(string title, string service, int day)
    {
        var started = bench.Now.AddDays(-10 + day);
        (await bench.Declarations.WriteUpAsync(new Declaration
        {
            Title = title, Services = [service], Started = ToldMoment.Exactly(started), Ended = ToldMoment.Exactly(started.AddHours(1)),
        }, ByAda)).Error.ShouldBeNull();
    }

    private async Task<IEnumerable<string>> TitlesAsync(IncidentFilter filter, int page = 1, int size = 50) =>
        (await bench.Queries.ListAsync(filter, page, size)).Rows.Select(incident => incident.Title);

    [Fact]
    public async Task List_PageByPage_HasEachOnceNewestFirst()
    {
        var (first, second) = (await bench.Queries.ListAsync(new IncidentFilter(), 1, 3), await bench.Queries.ListAsync(new IncidentFilter(), 2, 3));
        (first.Total, first.Count, second.Number).ShouldBe((4, 2, 2));
        first.Rows.Concat(second.Rows).Select(incident => incident.Title).ShouldBe(
            ["Orders are late", "The blog is slow", "Orders stay at the store", "Checkout lost 100% of its carts"]);
        (await TitlesAsync(new IncidentFilter(), page: 3, size: 3)).ShouldBeEmpty("after the last page there is nothing, not an error");
    }

    [Theory]
    [InlineData("orders", "Orders are late|Orders stay at the store")]
    [InlineData("  BLOG ", "The blog is slow")]
    [InlineData("Orders database", "Orders are late|Orders stay at the store")] // the name of their service
    [InlineData("100%", "Checkout lost 100% of its carts")]
    [InlineData("%", "Checkout lost 100% of its carts")]
    [InlineData("_", "")]
    [InlineData("!", "")]
    [InlineData("INC-3", "The blog is slow")]
    [InlineData("'; drop table incidents_incident; --", "")]
    public async Task List_ByText_FindsTitleServiceOrNumber(string text, string titles) =>
        (await TitlesAsync(new IncidentFilter(Text: text))).ShouldBe(titles.Split('|', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public async Task List_ByServiceStateAndTime_HasOnlyThose()
    {
        (await TitlesAsync(new IncidentFilter(Service: new ServiceKey("db")))).ShouldBe(["Orders are late", "Orders stay at the store"]);
        (await TitlesAsync(new IncidentFilter(Service: new ServiceKey("db"), IsOver: true))).ShouldBe(["Orders stay at the store"]);
        (await TitlesAsync(new IncidentFilter(IsOver: false))).ShouldBe(["Orders are late"]);
        (await TitlesAsync(new IncidentFilter(Since: bench.Now.AddDays(-17)))).ShouldBe(["Orders are late", "The blog is slow", "Orders stay at the store"]);
    }
}
