using Tocsin.Demo.Web;
using Tocsin.Demo.Wire;

namespace Tocsin.Demo.Roles;

/// <summary>The shop's database: <c>PRODUCTS</c> answers the table, and it can be told to lose it.</summary>
/// <remarks>A file that is there and cannot be used ends the process: a database that does not trust its disk must not go on.</remarks>
internal static class StoreRole
{
    public static Role Create(RoleOptions options, TimeProvider clock)
    {
        var table = new ProductTable(options.Data!);
        var lost = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var metrics = new RequestMetrics("store", clock);
        var wire = new WireServer(options.Port, (command, _, _) => ValueTask.FromResult(Answer(command, Read)), metrics, clock);
        var http = RoleHost.Create(options.AdminPort, metrics, _ => Task.FromResult(Read() is { Json: null } bad ? bad.Problem : null));
        http.MapAdmin("/admin/drop", table.Drop);
        http.MapAdmin("/admin/restore", table.Restore);
        return new Role(http, wire.Start, wire, lost.Task);

        TableRead Read()
        {
            var read = table.Read();
            if (read.IsLost) lost.TrySetResult(read.Problem);
            return read;
        }
    }

    private static WireReply Answer(string command, Func<TableRead> read)
    {
        if (command != "PRODUCTS") return new WireReply.Refused("unknown command; known are PING, PRODUCTS");
        var table = read();
        return table.Json is { } json ? new WireReply.Value(json) : new WireReply.Refused(table.Problem);
    }
}
