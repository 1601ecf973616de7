using Tocsin.Demo.Web;
using Tocsin.Demo.Wire;

namespace Tocsin.Demo.Roles;

/// <summary>The shop's database: <c>PRODUCTS</c> answers the table, and it can be told to lose it.</summary>
internal static class StoreRole
{
    public static Role Create(RoleOptions options, TimeProvider clock)
    {
        var table = new ProductTable(options.Data!);
        var metrics = new RequestMetrics("store", clock);
        var wire = new WireServer(options.Port, (command, _) => Answer(table, command), metrics, clock);
        var http = RoleHost.Create(options.AdminPort, metrics, _ => Task.FromResult(table.Read() is { Json: null } bad ? bad.Problem : null));
        http.MapAdmin("/admin/drop", table.Drop);
        http.MapAdmin("/admin/restore", table.Restore);
        return new Role(http, wire.Start, wire);
    }

    private static WireReply Answer(ProductTable table, string command)
    {
        if (command != "PRODUCTS") return new WireReply.Refused("unknown command; known are PING, PRODUCTS");
        var (json, problem) = table.Read();
        return json is null ? new WireReply.Refused(problem) : new WireReply.Value(json);
    }
}
