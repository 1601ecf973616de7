using Dapper;
using Npgsql;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Tests;

/// <summary>What many writers at once ask of PostgreSQL.</summary>
public sealed class PostgresOnlyTests : Suite<PostgresEngineUnderTest>
{
    private const int Writers = 64, UnitsEach = 25;

    [Fact]
    public async Task Journal_ManyWritersWithDelaysBeforeTheCommit_IsReadWithoutGapsAndBySeqAloneIsNot()
    {
        await DelayCommitsAsync();
        using var done = new CancellationTokenSource();
        var ordered = ReadAllAsync(Database.Horizon.ReadAsync, done.Token);
        var control = ReadAllAsync(_ => Task.FromResult(long.MaxValue), done.Token);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var unit = 0; unit < UnitsEach; unit++)
            {
                await Store.WriteAsync(tx =>
                {
                    var first = tx.Append(Fact(writer), Noon, Actor.Tocsin);
                    tx.Append(Fact(writer), Noon, Actor.Tocsin, first);
                    return ValueTask.CompletedTask;
                });
            }
        })));
        await done.CancelAsync();
        var all = (await Store.QueryAsync<long>("select seq from journal order by seq")).ToList();
        all.Count.ShouldBe(Writers * UnitsEach * 2);
        (await ordered).ShouldBe(all);
        (await control).Count.ShouldBeLessThan(all.Count, "the control must skip: otherwise this test proves nothing");
    }

    /// <summary>Each transaction stands still for up to 20 ms between its inserts and its commit.</summary>
    private async Task DelayCommitsAsync()
    {
        await using var raw = await Engine.RawAsync();
        await raw.ExecuteAsync("""
            create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(random() * 0.02); return null; end $$;
            create constraint trigger dawdling after insert on journal deferrable initially deferred for each row execute function dawdle()
            """);
    }

    /// <summary>Follows the journal as a reader does, until it is told to stop and nothing is left.</summary>
    private async Task<List<long>> ReadAllAsync(Func<CancellationToken, Task<long>> horizon, CancellationToken done)
    {
        var read = new List<long>();
        while (true)
        {
            var isLast = done.IsCancellationRequested;
            var (from, until) = (read.Count > 0 ? read[^1] : 0, await horizon(CancellationToken.None));
            read.AddRange(await Store.QueryAsync<long>("select seq from journal where seq > @from and seq <= @until order by seq",
                new { from, until }, CancellationToken.None));
            if (isLast) return read;
        }
    }

    [Fact]
    public async Task WriteAsync_Deadlock_RunsTheLosingUnitAgain()
    {
        await Store.WriteAsync(async tx => await tx.ExecuteAsync("insert into storage_alive (id, at) values (1, 0), (2, 0)"));
        var runs = 0;
        async Task CrossAsync(long first, long second) => await Store.WriteAsync(async tx =>
        {
            Interlocked.Increment(ref runs);
            await tx.ExecuteAsync("update storage_alive set at = at + 1 where id = @first", new { first });
            await tx.FirstAsync<object>("select pg_sleep(0.3)");
            await tx.ExecuteAsync("update storage_alive set at = at + 1 where id = @second", new { second });
        });
        await Task.WhenAll(CrossAsync(1, 2), CrossAsync(2, 1));
        runs.ShouldBeGreaterThan(2);
        (await Store.QueryAsync<long>("select at from storage_alive order by id")).ShouldBe([2, 2]);
    }

    [Fact]
    public async Task WriteAsync_SerializationFailure_RunsTheUnitAgainAndGivesUpAloud()
    {
        var runs = 0;
        async Task FailAsync(int times) => await Store.WriteAsync(async tx =>
        {
            if (++runs <= times) await tx.ExecuteAsync("do $$ begin raise exception 'conflict' using errcode = '40001'; end $$");
        });
        await FailAsync(3);
        runs.ShouldBe(4);
        runs = 0;
        await Should.ThrowAsync<StoreUnavailableException>(() => FailAsync(99));
        runs.ShouldBe(8);
    }

    [Fact]
    public async Task WriteAsync_UnitOverTheTimeLimit_IsEndedAndWritesNothing()
    {
        await Should.ThrowAsync<StoreUnavailableException>(() => Store.WriteAsync(async tx =>
        {
            tx.Append(Fact(1), Noon, Actor.Tocsin);
            await tx.FirstAsync<object>("select pg_sleep(20)");
        }));
        (await JournalAsync()).ShouldBeEmpty();
        Database.Health.Reason.ShouldNotBeNull();
        await Store.WriteAsync(async tx => await tx.ExecuteAsync("select 1"));
        Database.Health.Reason.ShouldBeNull();
    }

    [Fact]
    public async Task WriteAsync_ServerEndsTheConnection_IsUnavailableAndTheNextOneWorks()
    {
        var lost = Store.WriteAsync(async tx => await tx.FirstAsync<object>("select pg_sleep(3)"));
        await using (var raw = await Engine.RawAsync())
        {
            while (await raw.ExecuteScalarAsync<long>(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where query = 'select pg_sleep(3)' and state = 'active'") == 0) { }
        }
        await Should.ThrowAsync<StoreUnavailableException>(() => lost);
        await Store.WriteAsync(async tx => await tx.ExecuteAsync("select 1"));
    }
}
