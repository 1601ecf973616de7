using System.Globalization;

namespace Tocsin.Demo;

internal enum RoleName { Storefront, Api, Cache, Store, Network, Mailbox }

/// <summary>Exit codes that the supervisor tells apart.</summary>
internal static class RoleExit
{
    public const int BadArguments = 64;
    /// <summary>The file of a setting is bad.</summary>
    public const int BadSetting = 65;
    /// <summary>What the role keeps can no longer be read.</summary>
    public const int DataLost = 74;
    /// <summary>Another program has one of the ports; starting again on other ports helps.</summary>
    public const int PortTaken = 98;
}

/// <summary>What one process of the shop is told on its command line.</summary>
/// <param name="Port">Port of the role's own protocol on 127.0.0.1: HTTP, SMTP for the mailbox, lines for cache and store.</param>
/// <param name="AdminPort">HTTP port for health, metrics and faults; equal to <paramref name="Port"/> where that speaks HTTP.</param>
/// <param name="Upstreams">Where the other roles are, by the name of the option: <c>127.0.0.1:PORT</c>.</param>
/// <param name="LanePorts">Further ports on which the network takes connections, by the part to which they lead.</param>
/// <param name="Data">Directory that keeps the files of a role; null when it keeps none.</param>
internal sealed record RoleOptions(
    RoleName Role, int Port, int AdminPort, string? Data, IReadOnlyDictionary<string, (string Host, int Port)> Upstreams,
    IReadOnlyDictionary<string, int> LanePorts)
{
    public const string Usage = """
        usage: Tocsin.Demo storefront --port N --api HOST:PORT
               Tocsin.Demo api        --port N --store HOST:PORT --cache HOST:PORT --data DIR
               Tocsin.Demo cache      --port N --admin-port N --data DIR
               Tocsin.Demo store      --port N --admin-port N --data DIR
               Tocsin.Demo network    --port N --store-port N --cache-port N --admin-port N
                                      --storefront HOST:PORT --store HOST:PORT --cache HOST:PORT
               Tocsin.Demo mailbox    --port N --admin-port N
               Tocsin.Demo validate-release FILE
               Tocsin.Demo validate-cache FILE
        A role is a process that ends when its standard input does.
        """;

    public (string Host, int Port) Upstream(string name) => Upstreams[name];

    public int LanePort(string to) => LanePorts[to];

    /// <returns>The options, or null and what is wrong with the arguments.</returns>
    public static (RoleOptions? Options, string Problem) Parse(string[] args)
    {
        if (args.Length == 0 || !char.IsAsciiLetter(args[0].FirstOrDefault()) || !Enum.TryParse<RoleName>(args[0], ignoreCase: true, out var role))
        {
            return (null, "the first argument is the role");
        }
        if (args.Length % 2 == 0) return (null, $"the option {args[^1]} has no value");
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in args.Skip(1).Chunk(2))
        {
            if (!Allowed(role).Contains(pair[0])) return (null, $"{role} has no option {pair[0]}");
            if (!given.TryAdd(pair[0], pair[1])) return (null, $"the option {pair[0]} is given twice");
        }
        foreach (var name in Allowed(role))
        {
            if (!given.ContainsKey(name)) return (null, $"{role} needs the option {name}");
        }
        return Read(role, given);
    }

    private static string[] Allowed(RoleName role) => role switch
    {
        RoleName.Storefront => ["--port", "--api"],
        RoleName.Api => ["--port", "--store", "--cache", "--data"],
        RoleName.Cache or RoleName.Store => ["--port", "--admin-port", "--data"],
        RoleName.Network => ["--port", "--store-port", "--cache-port", "--admin-port", "--storefront", "--store", "--cache"],
        RoleName.Mailbox => ["--port", "--admin-port"],
    };

    private static (RoleOptions? Options, string Problem) Read(RoleName role, Dictionary<string, string> given)
    {
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in new[] { "--port", "--admin-port", "--store-port", "--cache-port" })
        {
            if (!given.TryGetValue(name, out var text)) continue;
            if (!TryPort(text, out var port)) return (null, $"{name} is a number from 1 to 65535");
            ports[name] = port;
        }
        var upstreams = new Dictionary<string, (string, int)>(StringComparer.Ordinal);
        foreach (var name in new[] { "storefront", "api", "store", "cache" })
        {
            if (!given.TryGetValue($"--{name}", out var address)) continue;
            var colon = address.LastIndexOf(':');
            if (colon < 1 || !TryPort(address[(colon + 1)..], out var upstream)) return (null, $"--{name} is HOST:PORT");
            upstreams[name] = (address[..colon], upstream);
        }
        var lanes = new[] { "store", "cache" }.Where(to => ports.ContainsKey($"--{to}-port"))
            .ToDictionary(to => to, to => ports[$"--{to}-port"], StringComparer.Ordinal);
        return (new RoleOptions(role, ports["--port"], ports.GetValueOrDefault("--admin-port", ports["--port"]), given.GetValueOrDefault("--data"),
            upstreams, lanes), "");
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;
}
