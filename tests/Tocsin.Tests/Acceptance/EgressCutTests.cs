namespace Tocsin.Tests.Acceptance;

/// <summary>The program on a host whose way out is cut: nothing outside is blamed, and people learn of it afterwards.</summary>
public sealed class EgressCutTests
{
    [RootFact]
    public async Task InterfaceDown_BlamesNoTarget_WithholdsTheHeartbeat_AndPagesOnceAfterwards()
    {
        await using var host = await CutOffHost.StartAsync();
        await host.Networks.InHostAsync("ip link set out down");
        // It is due every 60 s.
        await host.WaitForLineAsync("The heartbeat is withheld: the prober cannot see out", TimeSpan.FromSeconds(75));
        await host.Networks.InHostAsync("ip link set out up; ip route add default via 192.0.2.254");
        await host.ShouldPageOnceAsync("this host has lost its default route");
        host.Outside.CountOf("/beat").ShouldBe(1);
    }
}

/// <summary>The same by other causes; a class of its own, because the first one waits for a minute.</summary>
public sealed class OtherEgressCutTests
{
    [RootTheory]
    [InlineData("nft add table inet cut; nft 'add chain inet cut o { type filter hook output priority 0; policy accept; oifname out drop; }'",
        "nft delete table inet cut", "this host does not let packets out")]
    [InlineData("nft add table netdev cut; nft 'add chain netdev cut o { type filter hook ingress device out priority 0; policy drop; }'; ip neigh flush dev out",
        "nft delete table netdev cut", "the gateway 192.0.2.254 does not answer")]
    public async Task OtherCuts_BlameNoTarget_AndPageOnceAfterwards(string cut, string mend, string evidence)
    {
        await using var host = await CutOffHost.StartAsync();
        await host.Networks.InHostAsync(cut);
        await Task.Delay(TimeSpan.FromSeconds(12), TimeProvider.System);
        await host.Networks.InHostAsync(mend);
        await host.ShouldPageOnceAsync(evidence);
    }
}
