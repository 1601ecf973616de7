using Tocsin.Demo.Network;
using Tocsin.Demo.Web;

namespace Tocsin.Demo.Roles;

/// <summary>The network of the shop: the provider's lines, over which customers reach the storefront, and the switch between the api
/// and its database and cache. Told to, the provider loses connections, and the switch cuts both lanes at once.</summary>
internal static class NetworkRole
{
    public static Role Create(RoleOptions options, TimeProvider clock)
    {
        var metrics = new RequestMetrics("network", clock);
        var deck = new LossDeck(new Random(Environment.ProcessId));
        var users = new Lane(options.Port, options.Upstream("storefront"), metrics, deck, clock);
        var store = new Lane(options.LanePort("store"), options.Upstream("store"), metrics, deck, clock);
        var cache = new Lane(options.LanePort("cache"), options.Upstream("cache"), metrics, deck, clock);
        var customers = new Customers(new Uri($"http://127.0.0.1:{options.Port}/"), clock);
        var http = RoleHost.Create(options.AdminPort, metrics, _ => Task.FromResult<string?>(null));
        http.MapAdmin("/admin/lose", () => users.Become(LaneState.Lossy));
        http.MapAdmin("/admin/keep", () => users.Become(LaneState.Whole));
        http.MapAdmin("/admin/cut", () => store.Become(LaneState.Cut) | cache.Become(LaneState.Cut));
        http.MapAdmin("/admin/join", () => store.Become(LaneState.Whole) | cache.Become(LaneState.Whole));
        return new Role(http, Open, new Closing(customers, users, store, cache));

        void Open()
        {
            users.Open();
            store.Open();
            cache.Open();
            customers.Start();
        }
    }
}
