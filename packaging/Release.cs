using System.Globalization;
using System.Xml.Linq;

namespace Tocsin.Packaging;

/// <param name="Source">The checkout.</param>
/// <param name="Time">Of the commit, so that packages made twice are equal.</param>
internal sealed record Release(string Source, string Version, DateTimeOffset Time)
{
    public static async Task<Release> OfAsync(string source)
    {
        var version = XDocument.Load(Path.Combine(source, "Directory.Build.props")).Descendants("Version").Single().Value;
        var commit = await Tool.TryAsync("git", ["log", "-1", "--format=%ct"], source);
        // A source archive has no history; its packages carry the oldest time that tar and ar can.
        var time = commit.Code == 0 ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(commit.Output.Trim(), CultureInfo.InvariantCulture)) : DateTimeOffset.UnixEpoch;
        return new Release(source, version, time);
    }
}

/// <param name="Rid">The runtime's name of it.</param>
/// <param name="Debian">Debian's name of it, which is also that of OCI.</param>
internal sealed record Platform(string Rid, string Debian)
{
    public static readonly IReadOnlyList<Platform> All = [new("linux-x64", "amd64"), new("linux-arm64", "arm64")];
}
