using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents.Tests;

public sealed class DeclarationTests : IAsyncLifetime
{
    private static readonly Actor ByAda = Actor.User(Bench.Ada);
    private readonly Bench bench = new();

    public Task InitializeAsync() => Task.CompletedTask;
    public async Task DisposeAsync() => await bench.DisposeAsync();

    [Fact]
    public async Task Declare_WithATitleAlone_OpensAnIncidentThatPages()
    {
        var incident = (await bench.Declarations.DeclareAsync(new Declaration { Title = "Checkout is odd" }, ByAda)).Value;
        incident.ShouldSatisfyAllConditions(() => incident.State.ShouldBe(IncidentState.Open), () => incident.StartedAt.ShouldBe(bench.Now));
        (await bench.FactsAsync<IncidentOpened>()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            fact => fact.Declared.ShouldBeTrue(), fact => fact.Past.ShouldBeFalse());
    }

    [Fact]
    public async Task Declare_EverythingWrong_SaysAllOfIt()
    {
        var declaration = new Declaration
        {
            Title = " ",
            Started = ToldMoment.Exactly(bench.Now.AddHours(1)),
            Impact = new Impact(Extent.Full, -1, null, null, null, null),
            Services = [new string('x', 81)],
            Entries = [new ToldEntry(TimelineKind.Note, "", ToldMoment.Unknown)],
        };
        bench.Declarations.Check(declaration).Select(error => error.Field).ShouldBe(
            ["title", "services[0]", "entries[0].text", "started", "impact.usersPercent"]);
        (await bench.Declarations.DeclareAsync(declaration, ByAda)).Error.ShouldNotBeNull().ShouldContain("0 to 100 percent");
        (await bench.Queries.RecentAsync(1)).ShouldBeEmpty();
    }

    [Fact]
    public void Check_EndBeforeStart_IsRefused_ButNotADayWithoutATime()
    {
        var start = ToldMoments.Parse("2024-01-25 10:00", "UTC").Value;
        bench.Declarations.Check(new Declaration { Title = "t", Started = start, Ended = ToldMoments.Parse("2024-01-25 09:59", "UTC").Value })
            .ShouldHaveSingleItem().Message.ShouldBe("it ends before it starts (2024-01-25 09:59 UTC is before 2024-01-25 10:00 UTC)");
        bench.Declarations.Check(new Declaration { Title = "t", Started = start, Ended = ToldMoments.Parse("2024-01-25", "UTC").Value }).ShouldBeEmpty();
    }

    [Fact]
    public async Task WriteUp_NothingKnownButTheTitle_IsLegal()
    {
        var incident = (await bench.Declarations.WriteUpAsync(new Declaration { Title = "Something broke once" }, ByAda)).Value;
        incident.Duration.ShouldBeNull();
        incident.IsOver.ShouldBeTrue();
        incident.Started.ShouldBe(ToldMoment.Unknown);
    }

    [Fact]
    public async Task WriteUp_RowsWithoutATime_KeepThePlaceInWhichTheyWereTold()
    {
        ToldEntry Row(string text, string when) => new(TimelineKind.Action, text, ToldMoments.Parse(when, "UTC").Value);
        var incident = (await bench.Declarations.WriteUpAsync(new Declaration
        {
            Title = "Old",
            Started = ToldMoments.Parse("2024-01-25 10:00", "UTC").Value,
            Ended = ToldMoments.Parse("2024-01-26", "UTC").Value,
            Cause = "a cable",
            Entries = [Row("a", "2024-01-25 10:00"), Row("b", "unknown"), Row("c", "2024-01-25"), Row("d", "2024-01-25 10:00"), Row("e", "2024-01-26")],
        }, ByAda)).Value;
        await bench.TurnAsync();
        (await bench.Queries.TimelineAsync(incident.Id)).Select(row => row.Text).ShouldBe(["a", "b", "c", "d", "e"]);
    }

    [Fact]
    public async Task WriteUp_NeverTakesAnAlert()
    {
        await bench.Declarations.WriteUpAsync(new Declaration { Title = "Old", Services = ["api"] }, ByAda);
        await bench.AfterAsync(10, bench.Down("api"));
        (await bench.Queries.OpenAsync()).ShouldHaveSingleItem().IsDeclared.ShouldBeFalse();
    }

    [Fact]
    public void Read_EveryFieldWrong_NamesEachField()
    {
        var reading = ToldOutageReader.Read(new ToldOutage
        {
            Zone = "Mars/Base", Started = "morning", Ended = "evening", Severity = "huge", Extent = "big", UsersPercent = "most",
            Entries = [new ToldRow("10:00", "detected", "x"), new ToldRow("", "", ""), new ToldRow("unknown", "guessed", "y")],
        }, "UTC", isPast: true);
        reading.Declaration.ShouldBeNull();
        reading.Errors.Select(error => error.Field).ShouldBe(["title", "zone", "started", "ended", "severity", "impact.extent",
            "impact.usersPercent", "entries[0].at", "entries[2].kind"]);
    }

    [Fact]
    public void Read_TimesAlone_AreOnTheDayOfTheOutage_UnlessItCrossesMidnight()
    {
        var told = new ToldOutage { Title = "t", Zone = "EAT", Started = "2023-05-10 22:00", Ended = "2023-05-10 23:00", Entries = [new ToldRow("10:15 PM", "detected", "x")] };
        ToldOutageReader.Read(told, "UTC", isPast: true).Declaration!.Entries[0].OccurredAt.At.ShouldBe(new DateTimeOffset(2023, 5, 10, 19, 15, 0, TimeSpan.Zero));
        ToldOutageReader.Read(told with { Ended = "2023-05-11 02:00" }, "UTC", isPast: true).Errors.ShouldHaveSingleItem().Message.ShouldContain("has no day");
    }

    [Theory]
    [InlineData("10:00 detected: spike", "10:00", "detected", "spike")]
    [InlineData("- **10:00 AM (UTC):** Issue detected through alerts", "10:00 AM UTC", null, "Issue detected through alerts")]
    [InlineData("10:00 PM EAT ruled out: the database", "10:00 PM EAT", "ruled out", "the database")]
    [InlineData("10:00 API restarted", "10:00", null, "API restarted")]
    [InlineData("2024-01-25 10:00 Europe/Berlin cause found Cache misconfigured", "2024-01-25 10:00 Europe/Berlin", "cause found", "Cache misconfigured")]
    [InlineData("11:30 escalated to the seniors", "11:30", "escalated", "Escalated to the seniors")]
    [InlineData("14:00 resolved", "14:00", "resolved", "Resolved")]
    [InlineData("| 10:35 PM | Start upgrading |", "10:35 PM", null, "Start upgrading")]
    [InlineData("about 12:00 noted something", "about 12:00", null, "noted something")]
    [InlineData("unknown: somebody rang", "unknown", null, "somebody rang")]
    public void Lines_EveryShape_IsARow(string line, string when, string? kind, string text)
    {
        var (rows, errors) = ToldLines.Read(line);
        errors.ShouldBeEmpty();
        rows.ShouldHaveSingleItem().ShouldBe(new ToldRow(when, kind, text));
    }

    [Fact]
    public void Lines_WithoutATimeOrText_AreNamedOneByOne()
    {
        var (rows, errors) = ToldLines.Read("10:00 detected: a\n\nthen it broke\r\n10:05\n10:10 b");
        rows.Count.ShouldBe(2);
        errors.Select(error => error.Field).ShouldBe(["lines[3]", "lines[4]"]);
        errors[0].Message.ShouldStartWith("line 3: it begins with no time");
    }
}
