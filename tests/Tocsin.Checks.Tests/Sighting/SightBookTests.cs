using System.Net;
using Tocsin.Checks.Probes;
using Tocsin.Checks.Sighting;
using Tocsin.Kernel;

namespace Tocsin.Checks.Tests.Sighting;

public sealed class SightBookTests
{
    private static readonly OwnNetworkReport Fine = new(true, null, false, ResolverState.Answering);
    private static readonly CheckKey Near = new("near"), Far = new("far");

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static SightBook Suspicious(params CheckKey[] controls)
    {
        var book = new SightBook();
        book.Reported(Fine);
        book.Expect(controls);
        book.Suspect(At(100), At(102)).ShouldBeTrue();
        return book;
    }

    [Fact]
    public void Decide_FailuresWithoutEvidence_IsClear()
    {
        var book = Suspicious();
        book.Decide(At(102)).ShouldBeNull();
        book.Sight.IsAsking.ShouldBeTrue();
        book.Reported(Fine);
        book.Decide(At(102.1)).ShouldBeNull();
        book.Sight.State.ShouldBe(SightState.Clear);
        book.Suspect(At(102), At(102.5)).ShouldBeFalse();
        book.Suspect(At(103), At(104)).ShouldBeTrue();
    }

    public static TheoryData<string, string> Evidences => new()
    {
        { "route", "default route" }, { "gateway", "gateway 192.0.2.1" }, { "filter", "does not let packets out" }, { "resolvers", "not even a resolver" },
    };

    [Theory]
    [MemberData(nameof(Evidences))]
    public void Decide_EvidenceOfOurFault_IsBlindOnce_AndAnAnswerFromOutsideRefutesIt(string what, string says)
    {
        var seen = what switch
        {
            "route" => Fine with { HasDefaultRoute = false },
            "gateway" => Fine with { SilentGateway = "192.0.2.1" },
            "filter" => Fine with { RefusesToSend = true },
            _ => Fine with { Resolvers = ResolverState.Silent },
        };
        var book = Suspicious();
        book.Reported(seen);
        var change = book.Decide(At(102.1))!.Value;
        (change.IsBlind, change.Began).ShouldBe((true, At(100)));
        change.Evidence.ShouldContain(says);
        book.Decide(At(102.2)).ShouldBeNull();
        book.Sight.Of("203.0.113.9").Explains(ProbeReason.Timeout).ShouldBeTrue();
        book.Sight.Of("203.0.113.9").Explains(ProbeReason.Status).ShouldBeFalse();
        book.Sight.Of("127.0.0.1").ShouldBe(Sight.Clear);
        book.Answered(At(103));
        book.Decide(At(103.1))!.Value.IsBlind.ShouldBeFalse();

        var refuted = Suspicious();
        refuted.Answered(At(101));
        refuted.Reported(seen);
        refuted.Decide(At(102.1)).ShouldBeNull();
        refuted.Sight.State.ShouldBe(SightState.Clear);
    }

    [Fact]
    public void Decide_NeverHadADefaultRoute_IsNoEvidence()
    {
        var book = new SightBook();
        var isolated = Fine with { HasDefaultRoute = false };
        book.Reported(isolated);
        book.Suspect(At(100), At(102)).ShouldBeTrue();
        book.Reported(isolated);
        book.Decide(At(102.1)).ShouldBeNull();
    }

    [Fact]
    public void Decide_Controls_AreWaitedForButNotForLong()
    {
        var book = Suspicious(Near, Far);
        book.Reported(Fine);
        book.ControlHeard(Near, isGood: false, At(102));
        book.Decide(At(103)).ShouldBeNull();
        book.Sight.IsAsking.ShouldBeTrue();
        book.ControlHeard(Far, isGood: false, At(102));
        book.Decide(At(104))!.Value.Evidence.ShouldBe("every control check fails (near, far)");
        book.ControlHeard(Far, isGood: true, At(101)); // older than what was heard: late
        book.Decide(At(104)).ShouldBeNull();
        book.ControlHeard(Near, isGood: true, At(105));
        book.Decide(At(105))!.Value.Evidence.ShouldBe("the control check near answers");

        var unheard = Suspicious(Near, Far);
        unheard.Reported(Fine);
        unheard.ControlHeard(Near, isGood: false, At(102));
        unheard.Decide(At(104.6)).ShouldBeNull();
        unheard.Sight.State.ShouldBe(SightState.Clear);
    }

    [Fact]
    public void Decide_NamesLostAndNoResolver_IsBlindForNamesOnly()
    {
        var book = Suspicious();
        book.Answered(At(101)); // somebody is seen by address
        book.NameLost(At(100.5));
        book.Reported(Fine with { Resolvers = ResolverState.Silent });
        book.Decide(At(102.1))!.Value.Evidence.ShouldBe("no resolver answers");
        book.Sight.Of("shop.test").Explains(ProbeReason.Dns).ShouldBeTrue();
        book.Sight.Of("192.0.2.9").Explains(ProbeReason.Timeout).ShouldBeFalse();
        book.NameResolved(At(103));
        book.Decide(At(103.1))!.Value.IsBlind.ShouldBeFalse();
    }

    [Fact]
    public void Decide_NamesLostButResolverAnswers_MayBeTheirFault()
    {
        var book = Suspicious();
        book.NameLost(At(100.5));
        book.Reported(Fine);
        book.Decide(At(102.1)).ShouldBeNull();
    }

    [Fact]
    public void Decide_LookThatNeverReturns_EndsAsClear()
    {
        var book = Suspicious();
        book.Decide(At(104.6)).ShouldBeNull();
        book.Sight.State.ShouldBe(SightState.Clear);
    }

    [Fact]
    public void WantsLook_WhileBlind_EveryTwoSeconds()
    {
        var book = Suspicious();
        book.Reported(Fine with { RefusesToSend = true });
        book.Decide(At(102.1));
        book.WantsLook(At(103)).ShouldBeFalse();
        book.WantsLook(At(104)).ShouldBeTrue();
        book.WantsLook(At(106.5)).ShouldBeFalse();
        book.WantsLook(At(114)).ShouldBeTrue(); // the look before was lost
        book.Reported(Fine);
        book.Decide(At(114.1))!.Value.IsBlind.ShouldBeFalse();
    }
}

public sealed class OwnNetworkTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-net-");

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(directory.FullName, name), text);

    private Task<OwnNetworkReport> LookAsync(bool asksResolvers = false) =>
        new OwnNetwork(TimeProvider.System, directory.FullName, Path.Combine(directory.FullName, "resolv.conf"))
            .LookAsync(IPAddress.Loopback, asksResolvers, CancellationToken.None);

    private const string Route = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n";

    [Fact]
    public async Task LookAsync_Tables_AreRead()
    {
        (await LookAsync()).HasDefaultRoute.ShouldBeFalse();
        Write("route", Route + "eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n");
        (await LookAsync()).HasDefaultRoute.ShouldBeFalse();
        Write("route", Route + "eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n");
        Write("arp", "IP address       HW type     Flags       HW address            Mask     Device\n"
            + "192.168.0.7      0x1         0x0         00:00:00:00:00:00     *        eth0\n"
            + "192.168.0.1      0x1         0x2         52:54:00:00:00:01     *        eth0\n");
        (await LookAsync()).ShouldBe(new OwnNetworkReport(true, null, false, ResolverState.NotAsked));
        Write("arp", "IP address       HW type     Flags       HW address            Mask     Device\n"
            + "192.168.0.1      0x1         0x0         00:00:00:00:00:00     *        eth0\n");
        (await LookAsync()).SilentGateway.ShouldBe("192.168.0.1");
    }

    [Theory]
    [InlineData("00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe80000000000000 00000400 00000001 00000000 00000003 eth0", true)]
    [InlineData("00000000000000000000000000000000 00 00000000000000000000000000000000 00 0000000000000000 ffffffff 00000001 00000000 00200200 lo", false)]
    public async Task LookAsync_V6Default_IsTheOneThatLeadsOut(string line, bool isDefault)
    {
        Write("ipv6_route", line + "\n");
        (await LookAsync()).HasDefaultRoute.ShouldBe(isDefault);
    }

    [Fact]
    public async Task LookAsync_LocalResolverGone_IsSilent_AndNobodyIsAskedUnlessNamesAreNeeded()
    {
        Write("resolv.conf", "# stub\nsearch test\nnameserver 127.0.0.86\n");
        (await LookAsync(asksResolvers: true)).Resolvers.ShouldBe(ResolverState.Silent);
        (await LookAsync()).Resolvers.ShouldBe(ResolverState.NotAsked);
        Write("resolv.conf", "options edns0\n");
        (await LookAsync(asksResolvers: true)).Resolvers.ShouldBe(ResolverState.NotAsked);
    }

    public void Dispose() => directory.Delete(recursive: true);
}
