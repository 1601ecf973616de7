using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes.Tests;

[Trait("Database", "both")]
public sealed class ChangeRecorderTests : IAsyncLifetime
{
    private static readonly Actor Pipeline = Actor.Integration("pipeline");
    private static readonly DateTimeOffset Noon = ChangesFixture.Noon;
    private readonly ChangesFixture fixture = new();

    public Task InitializeAsync() => Task.CompletedTask;
    public async Task DisposeAsync() => await fixture.DisposeAsync();

    [Fact]
    public async Task RecordAsync_EveryField_IsKeptAndJournalledWhenItHappened()
    {
        var recorded = (await fixture.Recorder.RecordAsync(new ChangeRequest
        {
            Kind = "Deploy", Title = " deploy/812 ", Service = "Checkout", Description = "v2.4", Link = "https://git.example.org/812",
            Author = "ada", HappenedAt = Noon.AddMinutes(-14),
        }, Pipeline)).Value;
        recorded.Kind.ShouldBe("deploy");
        recorded.Title.ShouldBe("deploy/812");
        recorded.Service.ShouldBe(new ServiceKey("checkout"));
        (await fixture.Queries.FindAsync(recorded.Id)).ShouldBe(recorded);
        var entry = (await fixture.Journal.ReadAsync(new JournalQuery())).ShouldHaveSingleItem();
        entry.At.ShouldBe(Noon.AddMinutes(-14));
        entry.Actor.ShouldBe(Pipeline);
        entry.Fact.ShouldBe(new ChangeRecorded(recorded.Id, "deploy", "deploy/812", new ServiceKey("checkout"), "v2.4",
            "https://git.example.org/812", "ada", Noon.AddMinutes(-14)));
    }

    [Fact]
    public async Task RecordAsync_SameKeyAgain_AnswersTheSameChangeOnce()
    {
        await fixture.Recorder.RecordAsync(new ChangeRequest { Title = "deploy/811", IdempotencyKey = "run-6" }, Pipeline);
        var request = new ChangeRequest { Title = "deploy/812", IdempotencyKey = "run-7" };
        var first = (await fixture.Recorder.RecordAsync(request, Pipeline)).Value;
        fixture.Clock.Now = Noon.AddMinutes(3);
        var again = (await fixture.Recorder.RecordAsync(request with { Title = "another text" }, Pipeline)).Value;
        again.ShouldBe(first);
        (await fixture.Journal.ReadAsync(new JournalQuery())).Count.ShouldBe(2);
    }

    [Fact]
    public async Task RecordAsync_SameKeyAtTheSameMoment_WritesOne()
    {
        var request = new ChangeRequest { Title = "deploy/812", IdempotencyKey = "run-7" };
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => fixture.Recorder.RecordAsync(request, Pipeline)));
        answers.Select(answer => answer.Value.Id).Distinct().Count().ShouldBe(1);
        (await fixture.Journal.ReadAsync(new JournalQuery())).Count.ShouldBe(1);
    }

    [Fact]
    public async Task RecordAsync_WithoutAKey_WritesEachTime()
    {
        await fixture.Recorder.RecordAsync(new ChangeRequest { Title = "one" }, Pipeline);
        await fixture.Recorder.RecordAsync(new ChangeRequest { Title = "one" }, Pipeline);
        (await fixture.Queries.RecentAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task List_PageByPage_HasEachOnceNewestFirst()
    {
        foreach (var title in (string[])["one", "two", "three"])
        {
            fixture.Clock.Now += TimeSpan.FromMinutes(1);
            await fixture.Recorder.RecordAsync(new ChangeRequest { Title = title }, Pipeline);
        }
        var (first, second) = (await fixture.Queries.ListAsync(1, 2), await fixture.Queries.ListAsync(2, 2));
        (first.Total, first.Count).ShouldBe((3, 2));
        first.Rows.Concat(second.Rows).Select(change => change.Title).ShouldBe(["three", "two", "one"]);
    }

    [Fact]
    public async Task RecordAsync_SendersClockAhead_IsDatedNow()
    {
        var recorded = (await fixture.Recorder.RecordAsync(new ChangeRequest { Title = "x", HappenedAt = Noon.AddMinutes(4) }, Pipeline)).Value;
        recorded.HappenedAt.ShouldBe(Noon);
    }

    [Theory]
    [InlineData("title", null, null, null, null)]
    [InlineData("title", "two\nlines", null, null, null)]
    [InlineData("kind", "x", "not a kind", null, null)]
    [InlineData("service", "x", null, "chekout", null)]
    [InlineData("link", "x", null, null, "javascript:alert(1)")]
    [InlineData("link", "x", null, null, "/relative")]
    [InlineData("link", "x", null, null, "https://user:secret@example.org/")]
    public async Task RecordAsync_BadField_IsNamedAndNothingIsWritten(string field, string? title, string? kind, string? service, string? link)
    {
        var request = new ChangeRequest { Title = title, Kind = kind, Service = service, Link = link };
        fixture.Recorder.ProblemsOf(request).ShouldHaveSingleItem().Field.ShouldBe(field);
        (await fixture.Recorder.RecordAsync(request, Pipeline)).Error.ShouldNotBeNull().ShouldStartWith(field + ": ");
        (await fixture.Journal.ReadAsync(new JournalQuery())).ShouldBeEmpty();
    }

    [Fact]
    public void ProblemsOf_EverythingTooLong_NamesEveryField()
    {
        var long5000 = new string('x', 5_000);
        var problems = fixture.Recorder.ProblemsOf(new ChangeRequest
        {
            Kind = long5000, Title = long5000, Service = long5000, Description = long5000, Link = "http://x/" + long5000, Author = long5000,
            HappenedAt = Noon.AddDays(2), IdempotencyKey = long5000,
        });
        problems.Select(problem => problem.Field)
            .ShouldBe(["kind", "title", "service", "description", "link", "author", "happenedAt", "idempotencyKey"]);
        problems.ShouldAllBe(problem => problem.Text.Length < 200);
    }
}
