using System.Collections.Frozen;
using System.Net;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Recovery;

/// <summary>One side of a failover.</summary>
/// <param name="Address">Where its users' connections go.</param>
/// <param name="Check">Tells whether it is well; probes the side itself, not the switch.</param>
public sealed record SideModel(HostPort Address, CheckKey Check);

/// <summary>How fresh the data of a standby has to be.</summary>
/// <param name="Http">Answers JSON.</param>
/// <param name="Json">Where the number stands that tells how far it is behind.</param>
/// <param name="AtMost">The greatest number that is good.</param>
public sealed record FreshnessModel(Uri Http, string Json, double AtMost);

/// <summary>A built-in switch and what it may do by itself, validated.</summary>
public sealed record FailoverModel
{
    public required FailoverKey Key { get; init; }
    public required ServiceKey Service { get; init; }
    /// <summary>An address of this machine; users connect to it.</summary>
    public required IPEndPoint Listen { get; init; }
    public required SideModel Primary { get; init; }
    public required SideModel Standby { get; init; }
    /// <summary>Null: nothing is asked of the standby's data.</summary>
    public FreshnessModel? Fresh { get; init; }
    /// <summary>A check that goes through the switch as users do; null is none.</summary>
    public CheckKey? Users { get; init; }
    public required FailoverMode Mode { get; init; }
    /// <summary>Between two moves of this switch, 0 s to 1 day.</summary>
    public required TimeSpan Cooldown { get; init; }
    /// <summary>Connections that the switch carries at a time, 1 to 20,000.</summary>
    public required int ConnectionsMax { get; init; }

    public SideModel Of(TrafficSide side) => side switch { TrafficSide.Primary => Primary, TrafficSide.Standby => Standby };
}

/// <summary>All failovers. Immutable.</summary>
public sealed record RecoveryModel(FrozenDictionary<FailoverKey, FailoverModel> Failovers, IReadOnlyList<FailoverKey> Order)
{
    public IEnumerable<FailoverModel> InOrder => Order.Select(key => Failovers[key]);
}
