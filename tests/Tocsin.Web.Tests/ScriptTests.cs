using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Tocsin.Web.Tests;

/// <summary>The script, run by Node where there is one; its behaviour in a browser is for the browser walk.</summary>
public sealed class ScriptTests
{
    // Just enough of a page for the script to start, with a clock that stands.
    private const string Page = """
        const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
        const now = Date.parse("2024-01-25T10:00:00Z");
        Date.now = () => now;
        const times = cases.map(([form, ms]) => ({ dataset: { ago: form }, dateTime: new Date(now - ms).toISOString(), textContent: "" }));
        globalThis.addEventListener = () => {};
        globalThis.setInterval = () => {};
        globalThis.document = {
          hidden: false, addEventListener() {}, querySelector: () => null,
          getElementById: (id) => ({ dataset: id === "main" ? { since: "x-1", now: new Date(now).toISOString() } : {} }),
          querySelectorAll: (selector) => selector === "time[data-ago]" ? times : [],
        };
        require(process.argv[1]);
        console.log(JSON.stringify(times.map((time) => time.textContent)));
        """;

    private static readonly long[] Ages =
        [0, 400, 1_000, 59_999, 60_000, 61_000, 247_000, 3_600_000, 12_000_000, 14_400_000, 86_399_000, 86_400_000, 187_200_000, -5_000, -7_200_000];

    [Fact]
    public async Task Script_Parses()
    {
        if (await NodeAsync(["--check", ScriptPath()], "") is { } result) result.Error.ShouldBe("");
    }

    [Fact]
    public async Task RelativeTimes_AreTheWordsOfTheServer()
    {
        var cases = Ages.SelectMany(age => new object[][] { ["", age], ["bare", Math.Max(age, 0)], ["long", Math.Max(age, 0) / 1_000 * 1_000], ["exact", Math.Max(age, 0) / 1_000 * 1_000] }).ToArray();
        if (await NodeAsync(["-e", Page, ScriptPath()], JsonSerializer.Serialize(cases)) is not { } result) return;
        result.Error.ShouldBe("");
        JsonSerializer.Deserialize<string[]>(result.Output).ShouldBe(cases.Select(one => Expected((string)one[0], TimeSpan.FromMilliseconds((long)one[1]))));
    }

    private static string Expected(string form, TimeSpan age) => form switch
    {
        "bare" => TimeText.Short(age),
        "long" => TimeText.Duration(age),
        "exact" => TimeText.DurationExact(age),
        _ => TimeText.Relative(DateTimeOffset.UnixEpoch - age, DateTimeOffset.UnixEpoch),
    };

    private static string ScriptPath()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "tocsin.js");
        using var source = typeof(WebAssets).Assembly.GetManifestResourceStream("wwwroot/tocsin.js")!;
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        source.CopyTo(file);
        return path;
    }

    /// <returns>Null when this machine has no Node.</returns>
    private static async Task<(string Output, string Error)?> NodeAsync(string[] arguments, string input)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        try
        {
            using var node = Process.Start(start)!;
            await node.StandardInput.WriteAsync(input);
            node.StandardInput.Close();
            var output = node.StandardOutput.ReadToEndAsync();
            var error = await node.StandardError.ReadToEndAsync();
            await node.WaitForExitAsync();
            return (await output, error);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
