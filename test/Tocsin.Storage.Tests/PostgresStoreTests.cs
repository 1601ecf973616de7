namespace Tocsin.Storage.Tests;

public sealed class PostgresStoreTests : StoreSuite
{
    protected override async Task<Database> OpenAsync() =>
        await Database.OpenPostgresAsync(await PostgresServer.NewDatabaseAsync(), null, [], "0.1.0", TimeProvider.System);
}
