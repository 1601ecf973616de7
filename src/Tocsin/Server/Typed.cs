using Tocsin.Kernel;

namespace Tocsin.Server;

/// <summary>What people type, made into what the configuration needs.</summary>
internal static class Typed
{
    private const string NoHost = "site", Web = "www.";

    /// <summary>An address without a scheme is meant to be asked over HTTPS.</summary>
    public static string Address(string text) => text.Contains("://", StringComparison.Ordinal) || text.Length == 0 ? text : $"https://{text}";

    /// <summary>Key for a service at an address: its host; <c>site</c> when the host gives none.</summary>
    public static string ServiceKeyOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.HostNameType == UriHostNameType.Dns
        ? KeyOf(address.IdnHost.StartsWith(Web, StringComparison.Ordinal) ? address.IdnHost[Web.Length..] : address.IdnHost, NoHost) : NoHost;

    /// <summary>The text without what a key cannot hold.</summary>
    public static string KeyOf(string text, string otherwise)
    {
        var words = string.Join('-', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var letters = words.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-');
        var key = string.Concat(letters).Trim('-', '.', '_');
        return Keys.IsKey(key) ? key : otherwise;
    }
}
