using System.Globalization;
using Tocsin.Demo.Settings;
using Tocsin.Demo.Web;
using Tocsin.Demo.Wire;

namespace Tocsin.Demo.Roles;

/// <summary>The shop's cache: <c>GET key</c>, <c>SET key seconds text</c>. How many entries it keeps stands in a file.</summary>
/// <remarks>Without a bound it grows with every customer. Near the memory it has (<see cref="BytesSlow"/>) each answer is late, as on a
/// machine that swaps; at <see cref="BytesMax"/> it takes and gives nothing more. No machine is hurt by that much.</remarks>
internal static class CacheRole
{
    /// <summary>Twice what it needs with its first bound.</summary>
    public const long BytesSlow = 10 * 1024 * 1024;
    public const long BytesMax = 14 * 1024 * 1024;
    /// <summary>Longer than the api waits for a product, shorter than it waits for a basket.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(1_300);
    private const int KeyCharsMax = 200;
    private const int SecondsMax = 3_600;

    public static Role Create(RoleOptions options, TimeProvider clock)
    {
        var cache = new BoundedCache(CacheSetting.First.Bound, clock);
        var file = new SettingFile<CacheSetting>(Path.Combine(options.Data!, CacheSetting.FileName), CacheSetting.First.ToJson(),
            CacheSetting.Parse, setting => cache.Bind(setting.Bound));
        var metrics = new RequestMetrics("cache", clock);
        var wire = new WireServer(options.Port, (command, argument, cancellation) => AnswerAsync(cache, command, argument, clock, cancellation),
            metrics, clock);
        var http = RoleHost.Create(options.AdminPort, metrics, _ => Task.FromResult<string?>(null), () => Memory(cache));
        http.MapSetting(file, setting => ("bound", setting.Bound));
        return new Role(http, Open, new Closing(wire, file));

        void Open()
        {
            wire.Start();
            file.Watch(clock);
        }
    }

    private static async ValueTask<WireReply> AnswerAsync(
        BoundedCache cache, string command, string argument, TimeProvider clock, CancellationToken cancellation)
    {
        if (cache.Bytes is >= BytesSlow and < BytesMax) await Task.Delay(Late, clock, cancellation);
        if (cache.Bytes >= BytesMax) return new WireReply.Refused("out of memory");
        return command switch
        {
            "GET" => cache.Get(argument) is { } text ? new WireReply.Value(text) : new WireReply.Nothing(),
            "SET" => Set(cache, argument.Split(' ', 3)),
            _ => new WireReply.Refused("unknown command; known are GET, PING, SET"),
        };
    }

    private static string Memory(BoundedCache cache) => string.Create(CultureInfo.InvariantCulture, $"""
        # HELP demo_cache_bytes Memory of the texts that are kept.
        # TYPE demo_cache_bytes gauge
        demo_cache_bytes {cache.Bytes}
        # HELP demo_cache_entries Texts that are kept.
        # TYPE demo_cache_entries gauge
        demo_cache_entries {cache.Count}

        """);

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
