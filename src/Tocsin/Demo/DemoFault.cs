namespace Tocsin.Demo;

/// <summary>How breaking or mending went.</summary>
public enum DemoReason { Broken, AlreadyBroken, Mended, AlreadyWhole, NotRunning, Frozen, Failed, Unknown }

/// <summary>One thing that can be broken at the press of a button, and put right again.</summary>
/// <param name="Key">Shape: a-z and hyphens; part of a URL.</param>
/// <param name="Title">What the button says.</param>
/// <param name="MendTitle">What the button that puts it right says.</param>
/// <param name="Effect">What a customer will see, one sentence.</param>
/// <param name="IsBroken">Derived from the processes as they are now.</param>
/// <param name="Break">Called only while whole; answers <see cref="DemoReason.Broken"/> or why not.</param>
/// <param name="Mend">Called only while broken; answers <see cref="DemoReason.Mended"/> or why not.</param>
internal sealed record DemoFault(
    string Key, string Title, string MendTitle, string Effect,
    Func<DemoShop, bool> IsBroken,
    Func<DemoShop, CancellationToken, Task<DemoReason>> Break,
    Func<DemoShop, CancellationToken, Task<DemoReason>> Mend)
{
    /// <summary>The faults in the order of the page.</summary>
    public static IReadOnlyList<DemoFault> All { get; } =
    [
        new("stop-api", "Stop the api", "Start it again", "Connections to the api are refused.",
            shop => !shop.Api.IsRunning, StopApi, StartApi),
        new("freeze-api", "Freeze it", "Let it go on", "The api accepts connections and never answers.",
            shop => shop.Api.IsFrozen, FreezeApi, ThawApi),
        new("error-api", "Make it answer 500", "Make it work", "The api answers 500 to everything.",
            shop => shop.Api.IsSwitched("error-api"),
            (shop, cancellation) => Switch(shop, shop.Api, "error-api", "/admin/fail", isOn: true, cancellation),
            (shop, cancellation) => Switch(shop, shop.Api, "error-api", "/admin/work", isOn: false, cancellation)),
        new("drop-database", "Drop its database", "Restore it", "The api finds no table of products.",
            shop => shop.Store.IsSwitched("drop-database"),
            (shop, cancellation) => Switch(shop, shop.Store, "drop-database", "/admin/drop", isOn: true, cancellation),
            (shop, cancellation) => Switch(shop, shop.Store, "drop-database", "/admin/restore", isOn: false, cancellation)),
    ];

    public static DemoFault? Find(string key) => All.FirstOrDefault(fault => fault.Key == key);

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
