using System.Security.Cryptography;

namespace Tocsin.StatusPages;

/// <summary>Style and script of the public page, embedded in the program.</summary>
internal static class StatusAssets
{
    public static byte[] Css { get; } = Read("status.css");
    public static byte[] Script { get; } = Read("status.js");

    /// <summary>Changes with the content: part of the address, so that no browser keeps an old one.</summary>
    public static string Version { get; } = Convert.ToHexStringLower(SHA256.HashData([.. Css, .. Script]).AsSpan(0, 6));

    private static byte[] Read(string name)
    {
        using var stream = typeof(StatusAssets).Assembly.GetManifestResourceStream("wwwroot/" + name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
