using Tocsin.Catalog.Configuration;
using Tocsin.Checks;
using Tocsin.Server;

namespace Tocsin.Demo.Tests;

public sealed class DemoConfigurationTests
{
    private static readonly DemoPorts Ports = new()
    {
        Storefront = 1001, Api = 1002, Cache = 1003, CacheAdmin = 1004, Store = 1005, StoreAdmin = 1006, Smtp = 1007, Mailbox = 1008,
        Users = 1009, ToStore = 1010, ToCache = 1011, NetworkAdmin = 1012,
    };

    [Fact]
    public void Write_Twice_LeavesOneFileWithTheNewestPorts()
    {
        using var directory = new TemporaryDirectory();
        var inside = Path.Combine(directory.Path, "config");
        DemoConfiguration.Write(inside, new Uri("http://localhost:8080/"), Ports with { Api = 7 });
        var path = DemoConfiguration.Write(inside, new Uri("http://localhost:8080/"), Ports);
        Directory.GetFiles(inside).ShouldBe([path]);
        var text = File.ReadAllText(path);
        text.ShouldContain("public_url: http://localhost:8080\n");
        text.ShouldContain("http: http://127.0.0.1:1002/healthz\n");
        text.ShouldContain("port: 1007\n");
        text.ShouldNotContain("\t");
    }

    [Fact]
    public void Write_ReadByTheServer_IsValid()
    {
        using var directory = new TemporaryDirectory();
        DemoConfiguration.Write(directory.Path, new Uri("http://127.0.0.1:8080/"), Ports);
        var reading = new ConfigReader(Modules.Sections).Read(directory.Path, DateTimeOffset.UnixEpoch);
        reading.Revision.ShouldNotBeNull(string.Join('\n', reading.Diagnostics)).Get<ChecksModel>().Order.Select(check => check.Value)
            .ShouldBe(["storefront-page", "storefront-basket", "storefront-outside", "api-health", "cache-port", "store-port", "store-health"]);
    }

    [Fact]
    public void Choose_TwelvePorts_AreDifferentAndBelowTheClientRange()
    {
        var ports = DemoPorts.Choose();
        int[] all =
        [
            ports.Storefront, ports.Api, ports.Cache, ports.CacheAdmin, ports.Store, ports.StoreAdmin, ports.Smtp, ports.Mailbox,
            ports.Users, ports.ToStore, ports.ToCache, ports.NetworkAdmin,
        ];
        all.Distinct().Count().ShouldBe(12);
        var first = int.Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t')[0]);
        all.ShouldAllBe(port => port < first);
    }
}
