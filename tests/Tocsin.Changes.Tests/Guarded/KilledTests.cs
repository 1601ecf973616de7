using Tocsin.Changes.Guarded;
using Tocsin.Storage.Tests;

namespace Tocsin.Changes.Tests.Guarded;

/// <summary>A real process that is killed in a phase, and one after it that carries the change to its end.</summary>
public sealed class KilledTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-killed-");
    private string FilePath => Path.Combine(directory.FullName, "api-release.json");

    [Theory]
    [InlineData("new", nameof(ChangePhase.Confirmed), nameof(ChangePhase.Draft), nameof(ChangePhase.Armed), nameof(ChangePhase.Written), nameof(ChangePhase.Observing))]
    [InlineData("bad", nameof(ChangePhase.Reverted), nameof(ChangePhase.Armed), nameof(ChangePhase.Reverting), nameof(ChangePhase.PutBack), nameof(ChangePhase.Proving))]
    public async Task Change_KilledAgainAndAgain_Ends(string content, string end, params string[] phases)
    {
        await File.WriteAllTextAsync(FilePath, "old");
        foreach (var phase in phases)
        {
            using var process = CrashProcess.Start(null, "change", directory.FullName, content, phase);
            await process.HearAsync($"halt {phase}");
            await process.KillAsync();
        }
        using var last = CrashProcess.Start(null, "change", directory.FullName, content, "nowhere");
        (await last.HearAsync("end ")).ShouldBe($"end {end}");
        (await File.ReadAllTextAsync(FilePath)).ShouldBe(end == nameof(ChangePhase.Confirmed) ? content : "old");
        (await last.EndAsync()).ShouldBe(0);
    }

    public void Dispose() => directory.Delete(recursive: true);
}
