using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Dapper;

namespace Tocsin.Storage.Tests;

/// <summary>A test that compiles a shim in C.</summary>
public sealed class CompilerFactAttribute : FactAttribute
{
    public CompilerFactAttribute()
    {
        if (!File.Exists("/usr/bin/gcc")) Skip = "compiling the shim that plays a power loss needs gcc";
    }
}

/// <summary>The machine loses power: of each file only what was fsynced is left.</summary>
public sealed class PowerLossTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("tocsin-power-").FullName;
    private readonly Random random = new();

    private string Data => Path.Combine(directory, "data");
    private string Image => Path.Combine(directory, "image");
    private string Shim => Path.Combine(directory, "powerloss.so");

    private static int Losses => Environment.GetEnvironmentVariable("TOCSIN_TEST_LONG") == "1" ? 100 : 8;

    [CompilerFact]
    public async Task Facts_AfterPowerLosses_AreAllThere()
    {
        Compile();
        var accepted = new List<string>();
        for (var life = 1; life <= Losses; life++)
        {
            accepted.AddRange(await LiveUntilPowerIsLostAsync(life, "FULL"));
            var left = Left();
            left.Integrity.ShouldBe("ok");
            accepted.Except(left.Facts).ShouldBeEmpty($"accepted facts lost in life {life}");
        }
        accepted.Count.ShouldBeGreaterThan(Losses);
    }

    [CompilerFact]
    public async Task Facts_WithoutFsync_AreLost()
    {
        Compile();
        (await LiveUntilPowerIsLostAsync(1, "FULL")).ShouldNotBeEmpty();
        var accepted = await LiveUntilPowerIsLostAsync(2, "OFF");
        accepted.Except(Left().Facts).ShouldNotBeEmpty("the control lost nothing: the shim proves nothing");
    }

    private async Task<IReadOnlyList<string>> LiveUntilPowerIsLostAsync(int life, string synchronous)
    {
        Directory.CreateDirectory(Data);
        Directory.CreateDirectory(Image);
        var environment = new Dictionary<string, string> { ["LD_PRELOAD"] = Shim, ["POWERLOSS_ROOT"] = Data, ["POWERLOSS_IMAGE"] = Image };
        using var storm = CrashProcess.Start(environment, "storm", Data, "0", life.ToString(CultureInfo.InvariantCulture), synchronous, "never");
        await storm.HearAsync("accepted");
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 150)), TimeProvider.System);
        await storm.KillAsync();
        Directory.Delete(Data, recursive: true);
        Directory.CreateDirectory(Data);
        Restore(File.ReadAllText(Path.Combine(Image, "root")).Trim(), Data);
        Directory.Delete(Image, recursive: true);
        return [.. storm.Accepted];
    }

    /// <summary>A name is there when its directory was fsynced, its content as of the file's own last fsync.</summary>
    private void Restore(string inode, string target)
    {
        foreach (var line in File.ReadAllLines(Path.Combine(Image, $"entries-{inode}")))
        {
            var (entry, path) = (line[..line.IndexOf(' ')], Path.Combine(target, line[(line.IndexOf(' ') + 1)..]));
            if (File.Exists(Path.Combine(Image, $"entries-{entry}")))
            {
                Directory.CreateDirectory(path);
                Restore(entry, path);
            }
            else if (File.Exists(Path.Combine(Image, $"data-{entry}"))) File.Copy(Path.Combine(Image, $"data-{entry}"), path);
            else File.WriteAllBytes(path, []);
        }
    }

    private (string Integrity, IReadOnlyList<string> Facts) Left()
    {
        using var connection = new Sqlite.SqliteFile(Path.Combine(Data, "tocsin.db"), "FULL").Open();
        return (connection.QueryFirst<string>("pragma integrity_check"),
            [.. connection.Query<string>("select json_extract(body, '$.revision') from journal where kind = 'config.applied'")]);
    }

    private void Compile([CallerFilePath] string here = "")
    {
        var source = Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "Tocsin.Crash", "powerloss.c");
        using var compiler = Process.Start("gcc", ["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", Shim, source, "-ldl"]);
        compiler.WaitForExit();
        compiler.ExitCode.ShouldBe(0);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
