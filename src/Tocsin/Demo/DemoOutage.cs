namespace Tocsin.Demo;

/// <summary>What a team's own postmortem says about one outage, each from its beginning. Null where it does not say.</summary>
/// <param name="Seen">Somebody or something noticed.</param>
/// <param name="Paged">Whoever repairs it was called.</param>
/// <param name="Told">Users were told.</param>
/// <param name="Back">The service was back.</param>
public sealed record TeamFigures(string? Seen, string? Paged, string? Acknowledged, string? Told, string? Back);

/// <summary>One of the five outages that Tocsin is built against, made anew with the shop's own processes.</summary>
/// <param name="Number">As in <c>docs/OUTAGES.md</c>: three digits.</param>
/// <param name="Title">What failed, a few words.</param>
/// <param name="Story">What happened to that team, and what the button does, a sentence each.</param>
/// <param name="Team">From its postmortem.</param>
public sealed record DemoOutage(string Number, string Title, string Story, TeamFigures Team, DemoFault Fault)
{
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(15);

    public static IReadOnlyList<DemoOutage> All { get; } =
    [
        new("000", "The provider loses packets",
            "A hosting provider's network lost packets, and nothing of the team's own watched the way to their server. "
            + "Here the line to the shop drops or stalls three of ten new connections.",
            new(Seen: null, Paged: null, Acknowledged: null, Told: null, Back: "about 20 min"),
            DemoFault.Switched("outage-000", "Lose packets", "Repair the line", "Three of ten connections to the shop fail.",
                shop => shop.Network, "lose", "keep")),
        new("001", "The disk dies",
            "A drive failed, the data on it was corrupt, and another server was brought up by hand. "
            + "Here the file of the database turns into noise, and the database ends when it reads it.",
            new(Seen: null, Paged: "at once when seen, no time", Acknowledged: null, Told: "regularly, no times", Back: "about 4 h"),
            new("outage-001", "Kill the disk", "Replace the disk", "The database is gone; the api finds no products.",
                shop => shop.Files.IsDiskDead, KillDisk, ReplaceDisk)),
        new("002", "The untested upgrade",
            "An upgrade went to production untried and needed a service that was not there; every request was answered 500. "
            + "Here version 2 of the api asks an authentication service that this host lacks. Its health still says fine.",
            new(Seen: null, Paged: "48 min", Acknowledged: "55 min", Told: null, Back: "2 h 7 min"),
            new("outage-002", "Upgrade the api", "Put version 1 back", "The api answers 500 and says that it is well.",
                shop => shop.Files.IsUpgraded,
                (shop, cancellation) => DemoFault.Edit(shop, shop.Api, shop.Files.Upgrade, DemoReason.Broken, cancellation),
                (shop, cancellation) => DemoFault.Edit(shop, shop.Api, shop.Files.Downgrade, DemoReason.Mended, cancellation))
            {
                Change = new("deploy", "api", "api-release.json: version 2", "api-release.json: the version of before"),
            }),
        new("003", "The switch",
            "A switch was set up wrongly and cut parts of the system from each other; the team looked at the database first. "
            + "Here the api loses database and cache at once, and both are well.",
            new(Seen: "15 min", Paged: "15 min", Acknowledged: null, Told: null, Back: "4 h"),
            DemoFault.Switched("outage-003", "Cut the switch", "Set it up right", "The api reaches neither database nor cache; both are well.",
                shop => shop.Network, "cut", "join")),
        new("004", "The cache setting",
            "A wrong setting let a cache eat the memory of its server, and three of ten users waited or got nothing. "
            + "Here the bound of the cache is removed: it grows, answers late, then refuses. It stops growing at 14 MB.",
            new(Seen: "at once", Paged: "15 min", Acknowledged: null, Told: null, Back: "4 h"),
            new("outage-004", "Remove the bound", "Put the bound back", "In half a minute three of ten pages are slow, then refused.",
                shop => shop.Files.IsUnbound,
                (shop, cancellation) => DemoFault.Edit(shop, shop.Cache, shop.Files.Unbind, DemoReason.Broken, cancellation),
                (shop, cancellation) => DemoFault.Edit(shop, shop.Cache, shop.Files.Bind, DemoReason.Mended, cancellation))
            {
                Change = new("config", "cache", "cache.json: no bound", "cache.json: the bound of before"),
            }),
    ];

    private static async Task<DemoReason> KillDisk(DemoShop shop, CancellationToken cancellation)
    {
        if (!shop.Store.IsRunning) return DemoReason.NotRunning;
        if (shop.Store.IsFrozen) return DemoReason.Frozen;
        shop.Files.KillDisk();
        // Customers make it read soon; its own health, which reads as well, makes it so now.
        _ = await shop.Store.AskAsync(shop.Http, HttpMethod.Get, "/healthz", cancellation);
        return await shop.Store.EndsAsync(EndMax, cancellation) ? DemoReason.Broken : DemoReason.Failed;
    }

    private static async Task<DemoReason> ReplaceDisk(DemoShop shop, CancellationToken cancellation)
    {
        shop.Files.ReplaceDisk();
        if (shop.Store.IsRunning) return DemoReason.Mended;
        return (await shop.Store.StartAsync(cancellation)).Reason == RoleStartReason.Ready ? DemoReason.Mended : DemoReason.Failed;
    }
}
