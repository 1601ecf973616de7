using System.Reflection;

namespace Tocsin.Server;

/// <summary>Which program this is.</summary>
internal static class Product
{
    public static string Version { get; } =
        typeof(Product).Assembly.GetName().Version is { } version ? version.ToString(3) : "0.0.0";

    /// <summary>Where state goes when no directory is named: the user's state directory (XDG Base Directory 0.8).</summary>
    public static string DefaultData(string name) => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state
            ? state
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"),
        "tocsin", name);
}
