using Npgsql;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Tests;

/// <summary>A commit was sent and its answer is lost: what happened is found out, and nothing happens twice.</summary>
public sealed class LostCommitTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Cut.AfterCommit, 1)] // it happened: the answer is the unit's own
    [InlineData(Cut.BeforeCommit, 2)] // it did not: it is run again
    [InlineData(Cut.BeforeCommitHalfOpen, 2)] // the server still waits for the commit: it is told that none comes
    public async Task WriteAsync_ConnectionCutAtTheCommit_HappensOnceAndIsAnswered(Cut cut, int runsExpected)
    {
        await using var world = await World.StartAsync(cut);
        var answer = await world.CountUpAsync().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        answer.ShouldBe(1);
        world.Runs.ShouldBe(runsExpected);
        await world.ShouldHaveHappenedOnceAsync();
        world.Database.Health.Reason.ShouldBeNull();
    }

    [Fact]
    public async Task WriteAsync_ServerAwayAfterTheCommit_IsRedAndAsksUntilItIsBack()
    {
        await using var world = await World.StartAsync(Cut.AfterCommit, closes: true);
        var counting = world.CountUpAsync();
        await world.Proxy.HasCut.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        counting.IsCompleted.ShouldBeFalse();
        world.Database.Health.Reason.ShouldNotBeNull().ShouldContain("cannot be reached");
        world.Proxy.IsClosed = false;
        (await counting.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System)).ShouldBe(1);
        world.Runs.ShouldBe(1);
        await world.ShouldHaveHappenedOnceAsync();
    }

    [Fact]
    public async Task WriteAsync_CallerGivesUpWhileItIsNotKnown_IsCancelledAndNotToldThatItFailed()
    {
        await using var world = await World.StartAsync(Cut.AfterCommit, closes: true);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Should.ThrowAsync<OperationCanceledException>(() => world.CountUpAsync(patience.Token));
        world.Proxy.IsClosed = false;
        await world.ShouldHaveHappenedOnceAsync();
    }

    /// <summary>A database behind a proxy that cuts the next commit.</summary>
    private sealed class World : IAsyncDisposable
    {
        public required CuttingProxy Proxy { get; init; }
        public required Database Database { get; init; }
        public int Runs { get; private set; }

        public static async Task<World> StartAsync(Cut cut, bool closes = false)
        {
            var server = await PostgresServer.Shared;
            var proxy = new CuttingProxy(server.Port) { Cut = cut, ClosesWithTheCut = closes };
            var connection = new NpgsqlConnectionStringBuilder(await server.NewDatabaseAsync()) { Port = proxy.Port, SslMode = SslMode.Disable };
            var database = await Database.OpenPostgresAsync(connection.ToString(), null, [], "0.1.0", TimeProvider.System);
            await database.Facts.WriteAsync(async tx => await tx.ExecuteAsync("insert into storage_alive (id, at) values (1, 0)"));
            proxy.Arm();
            return new World { Proxy = proxy, Database = database };
        }

        public Task<long> CountUpAsync(CancellationToken cancellation = default) => Database.Facts.WriteAsync(async tx =>
        {
            Runs++;
            var counted = await tx.InsertAsync("update storage_alive set at = at + 1 where id = 1 returning at");
            await tx.EnqueueAsync(new Intent("mail", $"run/{Runs}", new Subject("x"), "{}", Noon, false));
            tx.Append(new Kernel.Facts.ConfigApplied($"r{Runs}", null, "", 1, 0), Noon, Actor.Tocsin);
            return counted;
        }, cancellation: cancellation);

        public async Task ShouldHaveHappenedOnceAsync()
        {
            (await Database.Facts.QueryAsync<long>("select at from storage_alive")).ShouldBe([1]);
            (await Database.Facts.QueryAsync<string>("select idempotency_key from ledger")).ShouldBe([$"run/{Runs}"]);
            (await Database.Facts.FirstAsync<long>("select count(*) from journal")).ShouldBe(1);
        }

        public async ValueTask DisposeAsync()
        {
            await Database.DisposeAsync();
            await Proxy.DisposeAsync();
        }
    }
}
