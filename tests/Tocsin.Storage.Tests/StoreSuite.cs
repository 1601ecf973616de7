using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Tests;

/// <summary>What a store promises.</summary>
public abstract class StoreSuite<TEngine> : Suite<TEngine> where TEngine : IEngine, new()
{
    [Fact]
    public async Task WriteAsync_EntriesOfOneUnit_AreDurableInOrderWithTheirCause()
    {
        await Store.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync("insert into storage_alive (id, at) values (7, 1)");
            var first = tx.Append(Fact(1), Noon, Actor.Tocsin);
            tx.Append(Fact(2), Noon.AddSeconds(1), Actor.User(new PersonKey("ada")), first);
        });
        var entries = await JournalAsync();
        entries.Select(entry => ((ConfigApplied)entry.Fact!).Revision).ShouldBe(["r1", "r2"]);
        entries[1].Cause.ShouldBe(entries[0].Seq);
        entries[1].At.ShouldBe(Noon.AddSeconds(1));
        entries[1].Actor.Person.ShouldBe(new PersonKey("ada"));
        (await Store.FirstAsync<long>("select at from storage_alive where id = 7")).ShouldBe(1);
    }

    [Fact]
    public async Task WriteAsync_UnitThatThrows_TakesNobodyAlong()
    {
        var units = Enumerable.Range(0, 100).Select(number => Store.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync("insert into storage_alive (id, at) values (@id, 1)", new { id = 1000L + number });
            tx.Append(Fact(number), Noon, Actor.Tocsin);
            if (number % 10 == 3) throw new InvalidOperationException("mine alone");
        })).ToList();
        await Task.WhenAll(units).ContinueWith(_ => { }, TaskScheduler.Default);
        units.Count(unit => unit.IsFaulted).ShouldBe(10);
        units.Where(unit => unit.IsFaulted).ShouldAllBe(unit => unit.Exception!.InnerException is InvalidOperationException);
        (await Store.FirstAsync<long>("select count(*) from storage_alive where id >= 1000")).ShouldBe(90);
        (await JournalAsync()).Count.ShouldBe(90);
    }

    [Fact]
    public async Task WriteAsync_UnitsThatLookBeforeTheyWrite_RunAsIfOneAfterTheOther()
    {
        // No constraint helps here: whoever sees an empty table writes a row of its own.
        async ValueTask<bool> LookAndWriteAsync(ITx tx, long id)
        {
            if (await tx.FirstAsync<long>("select count(*) from storage_alive") > 0) return false;
            for (var other = 0; other < 50; other++) await tx.FirstAsync<long>("select count(*) from ledger"); // so that all have looked
            return await tx.ExecuteAsync("insert into storage_alive (id, at) values (@id, 1)", new { id }) == 1;
        }
        var wrote = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Store.WriteAsync(tx => LookAndWriteAsync(tx, number))));
        wrote.Count(didIt => didIt).ShouldBe(1);
        (await Store.FirstAsync<long>("select count(*) from storage_alive")).ShouldBe(1);
    }

    [Fact]
    public async Task WriteAsync_ManyAtOnceOnTheSameRow_AllHaveTheirEffect()
    {
        await Store.WriteAsync(async tx => await tx.ExecuteAsync("insert into storage_alive (id, at) values (1, 0)"));
        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Store.WriteAsync(async tx =>
        {
            var at = await tx.FirstAsync<long>("select at from storage_alive where id = 1");
            await tx.ExecuteAsync("update storage_alive set at = @next where id = 1", new { next = at + 1 });
        })));
        (await Store.FirstAsync<long>("select at from storage_alive where id = 1")).ShouldBe(60);
    }

    [Fact]
    public async Task WriteAsync_UnitThatAwaitsSomethingElse_IsAnErrorAndWritesNothingLater()
    {
        var gate = new TaskCompletionSource();
        var late = new TaskCompletionSource<Exception?>();
        var error = await Should.ThrowAsync<InvalidOperationException>(() => Store.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync("insert into storage_alive (id, at) values (8, 1)");
            await gate.Task;
            try { await tx.ExecuteAsync("insert into storage_alive (id, at) values (9, 1)"); late.SetResult(null); }
            catch (InvalidOperationException refused) { late.SetResult(refused); throw; }
        }));
        error.Message.ShouldContain("may only await tx");
        gate.SetResult();
        (await late.Task).ShouldNotBeNull();
        (await Store.FirstAsync<long>("select count(*) from storage_alive where id in (8, 9)")).ShouldBe(0);
    }

    [Fact]
    public async Task WriteAsync_UnitThatYieldsOrLeavesItsTurn_IsAnError()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => Store.WriteAsync(async tx =>
        {
            await tx.FirstAsync<long>("select 1");
            await Task.Yield();
        }));
        await Should.ThrowAsync<InvalidOperationException>(() => Store.WriteAsync(async tx =>
        {
            await tx.FirstAsync<long>("select 1");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System).ConfigureAwait(false);
        }));
        await Store.WriteAsync(async tx => await tx.ExecuteAsync("insert into storage_alive (id, at) values (9, 1)"));
    }

    [Fact]
    public async Task WriteAsync_TextThatNoDatabaseLikes_IsKeptButForThat()
    {
        // Not as data of a theory: attributes are written in UTF-8, which has no half pairs.
        foreach (var bad in (string[])["\0", "\ud83d", "\udedd", "\udedd\ud83d"])
        {
            await Store.WriteAsync(async tx => await tx.ExecuteAsync(
                "insert into storage_lease (scope, epoch, holder) values (@scope, 1, @holder)", new { scope = $"s{(int)bad[0]}{bad.Length}", holder = $"left {bad} 🛒 é" }));
        }
        var kept = await Store.QueryAsync<string>("select holder from storage_lease where holder like 'left %' order by scope");
        kept.Count.ShouldBe(4);
        if (typeof(TEngine) == typeof(PostgresEngineUnderTest)) kept.ShouldAllBe(text => text.EndsWith("\ufffd 🛒 é", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WriteAsync_OlderEpoch_IsRefusedAndWritesNothing()
    {
        var old = Lease with { Epoch = Lease.Epoch - 1 };
        await Should.ThrowAsync<FencedException>(() => Store.WriteAsync(tx =>
        {
            tx.Append(Fact(1), Noon, Actor.Tocsin);
            return ValueTask.CompletedTask;
        }, old));
        (await JournalAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task WriteAsync_FenceMovedByAnotherProcess_StopsUnitsWithoutALeaseToo()
    {
        await Store.WriteAsync(async tx => await tx.ExecuteAsync("update storage_lease set epoch = epoch + 1"));
        await Should.ThrowAsync<FencedException>(() => Store.WriteAsync(async tx =>
            await tx.ExecuteAsync("insert into storage_alive (id, at) values (8, 1)")));
    }

    [Fact]
    public async Task Open_SecondServerOnTheSameDatabase_FencesTheFirst()
    {
        await using var second = await Engine.OpenAsync([]);
        var error = await Should.ThrowAsync<FencedException>(() => Store.WriteAsync(async tx =>
            await tx.ExecuteAsync("insert into storage_alive (id, at) values (8, 1)")));
        error.Message.ShouldContain($"owned at epoch {second.Owner.Node.Epoch}");
        await second.Facts.WriteAsync(async tx => await tx.ExecuteAsync("insert into storage_alive (id, at) values (9, 1)"));
        (await second.Facts.QueryAsync<long>("select id from storage_alive")).ShouldBe([9]);
    }

    [Fact]
    public async Task ReadAsync_WhileOthersWrite_SeesOneSnapshot()
    {
        await Store.ReadAsync(async tx =>
        {
            var before = await tx.FirstAsync<long>("select count(*) from storage_alive");
            await Store.WriteAsync(async write => await write.ExecuteAsync("insert into storage_alive (id, at) values (5, 1)"));
            (await tx.FirstAsync<long>("select count(*) from storage_alive")).ShouldBe(before);
            return 0;
        });
        (await Store.FirstAsync<long>("select count(*) from storage_alive")).ShouldBe(1);
    }

    [Fact]
    public async Task Committed_AfterAnAppendOrAnIntent_FiresBeforeTheAnswer_AndOtherwiseNot()
    {
        var fired = 0;
        Store.Committed += () =>
        {
            // Slow enough for the caller to be seen going ahead.
            SpinWait.SpinUntil(() => false, TimeSpan.FromMilliseconds(50));
            Interlocked.Increment(ref fired);
        };
        await Store.WriteAsync(async tx => await tx.ExecuteAsync("insert into storage_alive (id, at) values (6, 1)"));
        fired.ShouldBe(0);
        await Store.WriteAsync(tx => { tx.Append(Fact(1), Noon, Actor.Tocsin); return ValueTask.CompletedTask; });
        fired.ShouldBe(1);
        await Store.WriteAsync(async tx => await tx.EnqueueAsync(new Intent("mail", "k", new Subject("x"), "{}", Noon, false)));
        fired.ShouldBe(2);
    }

    [Fact]
    public async Task EnqueueAsync_SameKeyTwice_KeepsTheFirst()
    {
        var intent = new Intent("mail", "page/1", new Subject("page/1"), "{}", Noon, true);
        await Store.WriteAsync(async tx =>
        {
            await tx.EnqueueAsync(intent);
            await tx.EnqueueAsync(intent with { Payload = "{\"other\":1}" });
        });
        (await Store.QueryAsync<string>("select payload from ledger")).ShouldBe(["{}"]);
    }

    [Fact]
    public async Task Samples_AfterARestart_FillTheChunkThatWasOpen()
    {
        var written = Enumerable.Range(0, 130).Select(index => new Sample(Noon.AddSeconds(30 * index), Outcome.Up, 0, 800, false)).ToList();
        foreach (var part in written.Chunk(50))
        {
            var samples = new SampleStore(Database.SampleFile);
            foreach (var sample in part) samples.Append("check/shop", sample);
            await samples.DisposeAsync();
        }
        (await new SampleStore(Database.SampleFile).ReadAsync("check/shop", Noon, Noon.AddDays(1))).ShouldBe(written);
        (await Database.SampleFile.FirstAsync<long>("select count(*) from samples_chunk")).ShouldBe(1);
    }

    [Fact]
    public async Task Samples_DatabaseThatRefuses_WaitAndAreWrittenLaterUnderTheirOwnSeries()
    {
        var refusing = new RefusingStore(Database.SampleFile) { Refuses = true };
        var samples = new SampleStore(refusing);
        var sample = new Sample(Noon, Outcome.Down, 4, 800, false);
        samples.Append("check/shop", sample);
        await Should.ThrowAsync<StoreUnavailableException>(() => samples.FlushAsync());
        await Database.SampleFile.WriteAsync(async tx => await tx.ExecuteAsync("insert into samples_series (name) values ('check/other')"));
        refusing.Refuses = false;
        await samples.FlushAsync();
        (await new SampleStore(Database.SampleFile).ReadAsync("check/shop", Noon, Noon.AddDays(1))).ShouldBe([sample]);
        (await new SampleStore(Database.SampleFile).ReadAsync("check/other", Noon, Noon.AddDays(1))).ShouldBeEmpty();
    }

    /// <summary>Runs units and then undoes them, as a full disk does at the commit.</summary>
    private sealed class RefusingStore(IStore inner) : IStore
    {
        public bool Refuses { get; set; }
        public event Action? Committed { add => inner.Committed += value; remove => inner.Committed -= value; }

        public Task<T> WriteAsync<T>(Func<ITx, ValueTask<T>> unit, Lease? lease, CancellationToken cancellation) =>
            inner.WriteAsync<T>(async tx =>
            {
                var result = await unit(tx);
                return Refuses ? throw new StoreUnavailableException("the disk is full") : result;
            }, lease, cancellation);

        public Task<T> ReadAsync<T>(Func<IReadTx, ValueTask<T>> read, CancellationToken cancellation) => inner.ReadAsync(read, cancellation);
    }

    [Fact]
    public async Task Samples_WrittenAndReadBack_AreEqualAndRolledUp()
    {
        var samples = new SampleStore(Database.SampleFile);
        var written = Enumerable.Range(0, 300).Select(index => new Sample(Noon.AddSeconds(30 * index + index % 7),
            index % 50 == 3 ? Outcome.Down : Outcome.Up, (byte)(index % 50 == 3 ? 4 : 0), 8 * (100 + index % 13), index % 50 == 4)).ToList();
        foreach (var batch in written.Chunk(70))
        {
            foreach (var sample in batch) samples.Append("check/shop", sample);
            await samples.FlushAsync();
        }
        (await samples.ReadAsync("check/shop", Noon, Noon.AddDays(1))).ShouldBe(written);
        var hours = await samples.HoursAsync("check/shop", Noon, Noon.AddDays(1));
        hours.Sum(hour => hour.Count).ShouldBe(written.Count(sample => !sample.IsReprobe));
        hours.Sum(hour => hour.Down).ShouldBe(6);
        (await samples.DaysAsync("check/shop", Noon, Noon.AddDays(1))).ShouldHaveSingleItem().Up.ShouldBe(hours.Sum(hour => hour.Up));
    }

    [Fact]
    public async Task Samples_DaysOfGroups_AreAddedUpDayByDayAndKeptApart()
    {
        var samples = new SampleStore(Database.SampleFile);
        foreach (var (series, day, outcome) in ((string, int, Outcome)[])
            [("a", 0, Outcome.Up), ("b", 0, Outcome.Down), ("b", 1, Outcome.Up), ("c", 0, Outcome.Up), ("c", -1, Outcome.Up)])
        {
            samples.Append(series, new Sample(Noon.AddDays(day), outcome, 0, 800, false));
        }
        await samples.FlushAsync();
        var together = await samples.DaysTogetherAsync([["a", "b", "never-heard-of"], [], ["c"]], Noon, Noon.AddDays(2));
        var midnight = Noon.AddHours(-Noon.Hour);
        together.Select(days => days.Select(day => (day.From, day.Up, day.Down))).ShouldBe(
            [[(midnight, 1, 1), (midnight.AddDays(1), 1, 0)], [], [(midnight, 1, 0)]]);
    }
}
