using System.Net;
using System.Net.Sockets;
using Tocsin.Checks.Probes;

namespace Tocsin.Checks.Tests.Probes;

public sealed class EdgeTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("shop.localhost", true)]
    [InlineData("127.8.8.8", true)]
    [InlineData("[::1]", true)]
    [InlineData("localhost.example", false)]
    [InlineData("192.0.2.1", false)]
    public void IsThisMachine_Host_IsTold(string host, bool expected) => HostText.IsThisMachine(host).ShouldBe(expected);

    [Fact]
    public void Reasons_EveryOne_HasAWordOfItsOwnThatReadsBack()
    {
        var all = Enum.GetValues<ProbeReason>();
        all.Select(reason => reason.Word).Distinct().Count().ShouldBe(all.Length);
        foreach (var reason in all) ProbeReasons.OfWord(reason.Word).ShouldBe(reason);
        CheckQueries.ReasonWord((byte)ProbeReason.TlsExpiresSoon).ShouldBe("tls-expires-soon");
        CheckQueries.ReasonWord(255).ShouldBe("unknown");
    }

    [Fact]
    public void Transcript_LongAndSecret_IsBoundedAndMasked()
    {
        var transcript = new Transcript();
        transcript.Mask("hunter2");
        transcript.Mask("hunter2-and-more");
        transcript.Add(() => "a hunter2-and-more b hunter2 c");
        for (var i = 0; i < 1_000; i++) transcript.Add(() => new string('x', 500));
        var text = transcript.Render();
        text.Length.ShouldBeLessThanOrEqualTo(Transcript.CharactersMax);
        text.ShouldStartWith("a *** b *** c\n");
        text.ShouldContain("(cut)");
        Transcript.Masked(new Uri("https://me:pw@shop.test/a?token=1#f")).ShouldBe("https://shop.test/a?***");
        Transcript.Excerpt([0x1b, (byte)'[', (byte)'a', 0xff, (byte)'\n'], 100).ShouldBe("·[a\uFFFD\n");
    }

    [Fact]
    public async Task SystemResolver_ManyAtOnce_AnswerAndUnknownNamesFail()
    {
        using var resolver = new SystemResolver();
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => resolver.ResolveAsync("localhost", CancellationToken.None)));
        answers.ShouldAllBe(addresses => addresses.All(IPAddress.IsLoopback));
        await Should.ThrowAsync<SocketException>(() => resolver.ResolveAsync(new string('a', 300), CancellationToken.None));
        // A name that resolves in a moment must not be kept from the next caller.
        (await resolver.ResolveAsync("localhost", CancellationToken.None)).ShouldNotBeEmpty();
    }

    [Fact]
    public void KernelRoutes_Loopback_HasARoute() => new KernelRoutes().HasRoute(IPAddress.Loopback).ShouldBeTrue();
}
