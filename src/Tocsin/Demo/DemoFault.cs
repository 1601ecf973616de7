namespace Tocsin.Demo;

/// <summary>How breaking or mending went.</summary>
public enum DemoReason { Broken, AlreadyBroken, Mended, AlreadyWhole, NotRunning, Frozen, Failed, Unknown }

/// <summary>One thing that can be broken at the press of a button, and put right again.</summary>
/// <param name="Key">Shape: a-z, digits and hyphens; part of a URL.</param>
/// <param name="Title">What the button says.</param>
/// <param name="MendTitle">What the button that puts it right says.</param>
/// <param name="Effect">What a customer will see, one sentence.</param>
/// <param name="IsBroken">Derived from the processes and files as they are now.</param>
/// <param name="Break">Called only while whole; answers <see cref="DemoReason.Broken"/> or why not.</param>
/// <param name="Mend">Called only while broken; answers <see cref="DemoReason.Mended"/> or why not.</param>
public sealed record DemoFault(
    string Key, string Title, string MendTitle, string Effect,
    Func<DemoShop, bool> IsBroken,
    Func<DemoShop, CancellationToken, Task<DemoReason>> Break,
    Func<DemoShop, CancellationToken, Task<DemoReason>> Mend)
{
    /// <summary>How a pipeline tells of it; null when nobody would tell.</summary>
    public DemoChange? Change { get; init; }

    /// <summary>Faults of single parts, in the order of the page.</summary>
    public static IReadOnlyList<DemoFault> OfParts { get; } =
    [
        new("stop-api", "Stop the api", "Start it again", "Connections to the api are refused.",
            shop => !shop.Api.IsRunning, StopApi, StartApi),
        new("freeze-api", "Freeze it", "Let it go on", "The api accepts connections and never answers.",
            shop => shop.Api.IsFrozen, FreezeApi, ThawApi),
        Switched("error-api", "Make it answer 500", "Make it work", "The api answers 500 to everything.", shop => shop.Api, "fail", "work"),
        Switched("drop-database", "Drop its database", "Restore it", "The api finds no table of products.", shop => shop.Store, "drop", "restore"),
    ];

    /// <summary>Something is changed, and nothing is broken by it: nobody must be paged.</summary>
    public static DemoFault Harmless { get; } = new("harmless-change", "Change it", "Change it back",
        "The cache may keep 160 entries instead of 128.", shop => shop.Files.IsLarger,
        (shop, cancellation) => Edit(shop, shop.Cache, shop.Files.Enlarge, DemoReason.Broken, cancellation),
        (shop, cancellation) => Edit(shop, shop.Cache, shop.Files.Reduce, DemoReason.Mended, cancellation))
    {
        Change = new("config", "cache", "cache.json: bound 160 instead of 128", "cache.json: the bound of before"),
    };

    /// <summary>Everything that has a button.</summary>
    public static IReadOnlyList<DemoFault> All => [.. OfParts, .. DemoOutage.All.Select(outage => outage.Fault), Harmless];

    public static DemoFault? Find(string key) => All.FirstOrDefault(fault => fault.Key == key);

    /// <summary>A fault that a part of the shop switches inside itself.</summary>
    /// <param name="on">Last word of the address that switches it on.</param>
    internal static DemoFault Switched(string key, string title, string mendTitle, string effect, Func<DemoShop, RoleProcess> role, string on, string off) =>
        new(key, title, mendTitle, effect, shop => role(shop).IsSwitched(key),
            (shop, cancellation) => Switch(shop, role(shop), key, $"/admin/{on}", isOn: true, cancellation),
            (shop, cancellation) => Switch(shop, role(shop), key, $"/admin/{off}", isOn: false, cancellation));

    /// <summary>Somebody edits the file of a part by hand. The part looks at it by itself; asked, it looks at once.</summary>
    internal static async Task<DemoReason> Edit(
        DemoShop shop, RoleProcess role, Action edit, DemoReason done, CancellationToken cancellation)
    {
        edit();
        // A part that does not run, or is frozen, reads its file when it does again.
        _ = await role.AskAsync(shop.Http, HttpMethod.Post, "/reload", cancellation);
        return done;
    }

    private static async Task<DemoReason> StopApi(DemoShop shop, CancellationToken cancellation)
    {
        await shop.Api.KillAsync(cancellation);
        return DemoReason.Broken;
    }

    private static async Task<DemoReason> StartApi(DemoShop shop, CancellationToken cancellation) =>
        (await shop.Api.StartAsync(cancellation)).Reason == RoleStartReason.Ready ? DemoReason.Mended : DemoReason.Failed;

    private static Task<DemoReason> FreezeApi(DemoShop shop, CancellationToken cancellation)
    {
        if (!shop.Api.IsRunning) return Task.FromResult(DemoReason.NotRunning);
        shop.Api.Freeze();
        return Task.FromResult(DemoReason.Broken);
    }

    private static Task<DemoReason> ThawApi(DemoShop shop, CancellationToken cancellation)
    {
        shop.Api.Thaw();
        return Task.FromResult(DemoReason.Mended);
    }

    private static async Task<DemoReason> Switch(
        DemoShop shop, RoleProcess role, string fault, string path, bool isOn, CancellationToken cancellation)
    {
        if (!role.IsRunning) return DemoReason.NotRunning;
        if (role.IsFrozen) return DemoReason.Frozen;
        if (!await role.SwitchAsync(shop.Http, fault, path, isOn, cancellation)) return DemoReason.Failed;
        return isOn ? DemoReason.Broken : DemoReason.Mended;
    }
}
