using System.Globalization;
using Tocsin.Demo.Web;
using Tocsin.Demo.Wire;

namespace Tocsin.Demo.Roles;

/// <summary>The shop's cache: <c>GET key</c>, <c>SET key seconds text</c>.</summary>
internal static class CacheRole
{
    private const int EntriesMax = 1_000;
    private const int KeyCharsMax = 200;
    private const int SecondsMax = 3_600;

    public static Role Create(RoleOptions options, TimeProvider clock)
    {
        var cache = new BoundedCache(EntriesMax, clock);
        var metrics = new RequestMetrics("cache", clock);
        var wire = new WireServer(options.Port, (command, argument) => Answer(cache, command, argument), metrics, clock);
        var http = RoleHost.Create(options.AdminPort, metrics, _ => Task.FromResult<string?>(null));
        return new Role(http, wire.Start, wire);
    }

    private static WireReply Answer(BoundedCache cache, string command, string argument) => command switch
    {
        "GET" => cache.Get(argument) is { } text ? new WireReply.Value(text) : new WireReply.Nothing(),
        "SET" => Set(cache, argument.Split(' ', 3)),
        _ => new WireReply.Refused("unknown command; known are GET, PING, SET"),
    };

    private static WireReply Set(BoundedCache cache, string[] words)
    {
        if (words.Length < 3 || words[0].Length is 0 or > KeyCharsMax
            || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is 0 or > SecondsMax)
        {
            return new WireReply.Refused($"expected SET key seconds text, key up to {KeyCharsMax} characters, seconds from 1 to {SecondsMax}");
        }
        cache.Set(words[0], words[2], TimeSpan.FromSeconds(seconds));
        return new WireReply.Done("OK");
    }
}
