using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Messages;
using Tocsin.Paging.Tests.Support;
using Tocsin.Paging.Watch;

namespace Tocsin.Paging.Tests.Watch;

public sealed class MemoryPagerTests
{
    private static async Task RunAsync(PagingWorld world, double seconds)
    {
        for (var end = world.Elapsed + seconds; world.Elapsed < end; world.Clock.Advance(TimeSpan.FromSeconds(1)))
        {
            await world.Pump<MemoryPager>().StepAsync(world.Lease, world.Clock.GetUtcNow(), default);
            await world.FinishWorkAsync();
        }
    }

    [Fact]
    public async Task Step_WritesFail_PagesOnceAfterFiveSecondsAndAgainAfterTenMinutes()
    {
        await using var world = new PagingWorld { Down = ["Shop", "Api"] };
        await RunAsync(world, 2);
        world.Health.Failed("disk full");
        await RunAsync(world, 4);
        world.Sent.ShouldBeEmpty();
        await RunAsync(world, 598);
        var sent = world.Sent.ShouldHaveSingleItem();
        (sent.Who, sent.Method, sent.Message.Kind, sent.At).ShouldBe(("ada", "mail", MessageKind.CannotRecord, 7));
        sent.Message.Subject.ShouldBe("Tocsin cannot record: disk full; 2 checks down");
        await RunAsync(world, 12);
        world.Sent.Count.ShouldBe(2);
        world.Sent[1].At.ShouldBe(607);
    }

    [Fact]
    public async Task Step_FirstMethodsFail_GoesDownTheRosterToTheFirstThatWorks()
    {
        await using var world = new PagingWorld();
        world.Answer = (message, method) => method == "ntfy" ? DeliveryOutcome.Delivered("ok") : DeliveryOutcome.Retry("no route");
        await RunAsync(world, 2);
        world.Health.Failed("database gone");
        await RunAsync(world, 30);
        world.Sent.ShouldHaveSingleItem().Method.ShouldBe("ntfy");
    }

    [Fact]
    public async Task Step_NothingWorks_TriesAgainSoonerThanInTenMinutes()
    {
        await using var world = new PagingWorld { Answer = (_, _) => DeliveryOutcome.Retry("no route") };
        await RunAsync(world, 2);
        world.Health.Failed("disk full");
        await RunAsync(world, 20);
        world.Answer = (_, _) => DeliveryOutcome.Delivered("ok");
        await RunAsync(world, 30);
        world.Sent.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Step_ChannelThrows_TheNextMethodIsTriedAllTheSame()
    {
        await using var world = new PagingWorld();
        world.Answer = (message, _) => message.Person.Value == "ada" ? throw new InvalidOperationException("a bug") : DeliveryOutcome.Delivered("ok");
        await RunAsync(world, 2);
        world.Health.Failed("disk full");
        await RunAsync(world, 20);
        world.Sent.ShouldHaveSingleItem().Who.ShouldBe("grace");
    }

    [Fact]
    public async Task Step_FailingSinceTheStart_PagesWhomTheFilesName()
    {
        await using var world = new PagingWorld();
        world.Health.Failed("disk full");
        await RunAsync(world, 10);
        world.Sent.ShouldHaveSingleItem().Who.ShouldBe("ada");
    }

    [Fact]
    public async Task Step_WritingWorksAgain_IsJournalledOnce()
    {
        await using var world = new PagingWorld();
        await RunAsync(world, 2);
        world.Health.Failed("disk full");
        await RunAsync(world, 10);
        world.Health.Succeeded();
        await RunAsync(world, 5);
        var fact = (await world.FactsAsync<PageUnrecorded>()).ShouldHaveSingleItem();
        (fact.Person, fact.Method, fact.Reason).ShouldBe((new PersonKey("ada"), "mail", "disk full"));
    }

    [Fact]
    public async Task Step_SingleWritesSucceedInBetween_IsOneTrouble()
    {
        await using var world = new PagingWorld();
        await RunAsync(world, 2);
        for (var i = 0; i < 5; i++)
        {
            world.Health.Failed("disk full");
            await RunAsync(world, 10);
            world.Health.Succeeded();
            await RunAsync(world, 3);
        }
        world.Sent.ShouldHaveSingleItem();
        await RunAsync(world, 60);
        world.Health.Failed("database gone");
        await RunAsync(world, 10);
        world.Sent.Count.ShouldBe(2);
    }
}
