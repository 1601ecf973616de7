using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;

namespace Tocsin.Browser.Tests.Driving;

/// <summary>axe-core, the accessibility checker: fetched from npm when it is not there, run in the page.</summary>
internal static class Axe
{
    private const string Version = "4.10.2";
    private static readonly TimeSpan FetchMax = TimeSpan.FromMinutes(2);
    private static readonly string Folder = Path.Combine(Places.Tools, $"axe-core-{Version}");
    private static readonly Lazy<string?> missing = new(Fetch);

    public static string ScriptPath { get; } = Path.Combine(Folder, "node_modules", "axe-core", "axe.min.js");

    /// <summary>Null when it is there.</summary>
    public static string? WhyMissing => missing.Value;

    /// <summary>Checks the page; documents in its frames are pages of their own. The context must have been made with axe.</summary>
    /// <returns>One line for each element that violates a rule.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(IPage page)
    {
        var json = await page.EvaluateAsync<string>(
            "async () => JSON.stringify((await axe.run(document, { resultTypes: ['violations'], iframes: false })).violations)");
        using var violations = JsonDocument.Parse(json);
        return
        [
            .. from violation in violations.RootElement.EnumerateArray()
               from node in violation.GetProperty("nodes").EnumerateArray()
               select $"{violation.GetProperty("id").GetString()}: {node.GetProperty("html").GetString()} "
                   + node.GetProperty("failureSummary").GetString()?.ReplaceLineEndings(" "),
        ];
    }

    private static string? Fetch()
    {
        if (File.Exists(ScriptPath)) return null;
        Directory.CreateDirectory(Folder);
        // A directory of its own with a package.json, or npm would install into a parent that has one.
        File.WriteAllText(Path.Combine(Folder, "package.json"), "{}");
        var start = new ProcessStartInfo("npm",
            ["install", "--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", $"axe-core@{Version}"])
        {
            WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        try
        {
            using var npm = Process.Start(start)!;
            var said = npm.StandardError.ReadToEndAsync();
            npm.OutputDataReceived += static (_, _) => { };
            npm.BeginOutputReadLine();
            if (!npm.WaitForExit(FetchMax)) npm.Kill(entireProcessTree: true);
            return File.Exists(ScriptPath) ? null : $"npm cannot fetch axe-core {Version}: {said.GetAwaiter().GetResult().Trim()}";
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return $"npm is missing, which fetches axe-core {Version}: {error.Message}";
        }
    }
}
