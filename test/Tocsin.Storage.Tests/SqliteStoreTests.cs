using Tocsin.Kernel.Ports;
using Tocsin.Storage.Sqlite;

namespace Tocsin.Storage.Tests;

public sealed class SqliteStoreTests : StoreSuite
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-test-");

    protected override Task<Database> OpenAsync() => Task.FromResult(Database.OpenSqlite(
        new SqliteFile(Path.Combine(directory.FullName, "tocsin.db"), "FULL"),
        new SqliteFile(Path.Combine(directory.FullName, "samples.db"), "NORMAL"), null, [], "0.1.0", TimeProvider.System));

    [Fact]
    public async Task WriteAsync_UnitThatAwaitsSomethingElse_IsAnError()
    {
        var error = await Should.ThrowAsync<InvalidOperationException>(() => Store.WriteAsync(async tx =>
        {
            await Task.Yield();
            await tx.ExecuteAsync("insert into storage_alive (id, at) values (9, 1)");
        }));
        error.Message.ShouldContain("may only await tx");
        (await Store.FirstAsync<long>("select count(*) from storage_alive where id = 9")).ShouldBe(0);
    }
}
