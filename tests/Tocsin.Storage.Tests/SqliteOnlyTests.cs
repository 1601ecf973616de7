using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Tests;

/// <summary>What only the embedded database promises.</summary>
public sealed class SqliteOnlyTests : Suite<SqliteEngineUnderTest>
{
    [Fact]
    public void Take_DirectoryThatIsTaken_NamesTheHolderAndTheWayOut()
    {
        var path = Directory.CreateTempSubdirectory("tocsin-test-").FullName;
        using (var first = DataDirectory.Take(path).Value)
        {
            var second = DataDirectory.Take(path);
            second.IsValid.ShouldBeFalse();
            second.Error.ShouldBe($"another Tocsin (process {Environment.ProcessId}) is using {path}; stop it, or choose another directory with --data");
        }
        using var third = DataDirectory.Take(path).Value;
        third.Path.ShouldBe(path);
    }

    [Fact]
    public void Take_DirectoryThatCannotBe_SaysWhy() =>
        DataDirectory.Take("/proc/nowhere").Error.ShouldStartWith("the data directory /proc/nowhere cannot be used: ");

    [Fact]
    public async Task WriteAsync_AfterDispose_IsUnavailable()
    {
        var engine = new SqliteEngineUnderTest();
        var other = await engine.OpenAsync([], "0.1.0");
        await other.DisposeAsync();
        await Should.ThrowAsync<StoreUnavailableException>(() => other.Facts.WriteAsync(async tx => await tx.ExecuteAsync("select 1")));
        await engine.DisposeAsync();
    }
}
