using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Delivery;
using Tocsin.Paging.Messages;
using Tocsin.Paging.Tests.Support;

namespace Tocsin.Paging.Tests.Delivery;

public sealed class SelfTestTests
{
    private static readonly PersonKey Grace = new("grace"), Linus = new("linus");

    [Fact]
    public async Task Ask_Taken_KeepsTheProvidersWords()
    {
        await using var world = new PagingWorld();
        var id = (await world.Get<SelfTests>().AskAsync(Grace, "ntfy", default)).Value;
        await world.SettleAsync();
        var test = (await world.Get<SelfTests>().WaitAsync(id, TimeSpan.Zero, default))!;
        (test.IsSent, test.Answer).ShouldBe((true, "250 taken"));
        world.Sent.Single().ShouldSatisfyAllConditions(sent => sent.Message.Kind.ShouldBe(MessageKind.SelfTest), sent => sent.Method.ShouldBe("ntfy"));
    }

    [Fact]
    public async Task Acknowledge_ByItsLink_IsKeptOnce()
    {
        await using var world = new PagingWorld();
        var tests = world.Get<SelfTests>();
        var id = (await tests.AskAsync(Grace, "ntfy", default)).Value;
        await world.SettleAsync();
        var token = world.Sent.Single().Message.AckLink!.Segments[^1];
        (await tests.LookAsync(token, default))!.AcknowledgedAt.ShouldBeNull("looking is no tap");
        var at = world.Clock.GetUtcNow();
        (await tests.AcknowledgeAsync(token, default))!.AcknowledgedAt.ShouldBe(at);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        (await tests.AcknowledgeAsync(token, default))!.AcknowledgedAt.ShouldBe(at);
        (await tests.FindAsync(id, default))!.AcknowledgedAt.ShouldBe(at);
        (await tests.AcknowledgeAsync(token[..^1], default)).ShouldBeNull();
    }

    [Fact]
    public async Task Ask_WithoutAPublicUrl_GoesOutWithoutALink()
    {
        await using var world = new PagingWorld("people: {grace: {ntfy: https://ntfy.example.org/g}}");
        await world.Get<SelfTests>().AskAsync(Grace, "ntfy", default);
        await world.SettleAsync();
        world.Sent.Single().Message.AckLink.ShouldBeNull();
    }

    [Fact]
    public async Task Ask_Refused_IsTriedOnceAndSaysWhy()
    {
        await using var world = new PagingWorld();
        world.Answer = (_, _) => DeliveryOutcome.Retry("421 try later");
        var id = (await world.Get<SelfTests>().AskAsync(Grace, "mail", default)).Value;
        await world.RunAsync(10);
        var test = (await world.Get<SelfTests>().WaitAsync(id, TimeSpan.Zero, default))!;
        (test.IsSent, test.Answer).ShouldBe((false, "421 try later"));
        (await world.Store.FirstAsync<long>("select attempts from ledger where kind = 'test'")).ShouldBe(1);
    }

    [Fact]
    public async Task Ask_TwiceAtOnce_SendsOnce()
    {
        await using var world = new PagingWorld();
        var first = (await world.Get<SelfTests>().AskAsync(Grace, "mail", default)).Value;
        (await world.Get<SelfTests>().AskAsync(Grace, "mail", default)).Value.ShouldBe(first);
        await world.SettleAsync();
        world.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Ask_MethodOfNobody_SaysSo()
    {
        await using var world = new PagingWorld();
        (await world.Get<SelfTests>().AskAsync(Linus, "mail", default)).Error.ShouldBe("there is no method mail any more");
    }

    [Fact]
    public async Task Proof_StaysWithTheAddressWhenAnotherMethodIsRemoved()
    {
        await using var world = new PagingWorld();
        var book = world.Get<ContactBook>();
        var first = (await book.AddAsync(Linus, "mail", "linus@example.org")).Value;
        await book.AddAsync(Linus, "mail", "linus@example.net");
        await world.Get<SelfTests>().AskAsync(Linus, "mail-2", default);
        await world.SettleAsync();
        await book.RemoveAsync(Linus, first.EntryId!.Value);
        var left = (await book.OfAsync(Linus)).Single();
        left.Name.ShouldBe("mail");
        var newest = await world.Store.ReadAsync(async tx => await SelfTests.NewestAsync(tx, Linus));
        newest[SelfTests.MarkOf(left.Method)].IsSent.ShouldBeTrue();
    }

    [Theory]
    [InlineData("mail", "not an address", "mail address")]
    [InlineData("mail", "Ada <ada@example.org>", "mail address")]
    [InlineData("ntfy", "ftp://example.org/x", "web address")]
    [InlineData("webhook", "https://user:secret@example.org/", "web address")]
    [InlineData("pigeon", "loft 3", "mail, ntfy or webhook")]
    [InlineData("mail", "", "1 to 500")]
    public async Task Add_WhatCannotBeReached_IsRefusedWithAReason(string word, string address, string reason)
    {
        await using var world = new PagingWorld();
        (await world.Get<ContactBook>().AddAsync(Linus, word, address)).Error.ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public async Task Add_WithoutAMailServer_IsRefusedNowNotAtNight()
    {
        await using var world = new PagingWorld("people: {linus: {ntfy: https://ntfy.example.org/l}}\npublic_url: https://tocsin.example.org");
        (await world.Get<ContactBook>().AddAsync(Linus, "mail", "linus@example.org")).Error.ShouldNotBeNull().ShouldContain("smtp");
    }

    [Fact]
    public async Task Add_Twice_IsRefused()
    {
        await using var world = new PagingWorld();
        (await world.Get<ContactBook>().AddAsync(Linus, "mail", "linus@example.org")).IsValid.ShouldBeTrue();
        (await world.Get<ContactBook>().AddAsync(Linus, "mail", "linus@example.org")).Error.ShouldBe("this is there already");
    }
}
