using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Tests;

/// <summary>What a store promises, the same for every database.</summary>
public abstract class StoreSuite : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private Database database = null!;

    protected abstract Task<Database> OpenAsync();

    protected IStore Store => database.Facts;

    public async Task InitializeAsync() => database = await OpenAsync();

    public async Task DisposeAsync() => await database.DisposeAsync();

    private static ConfigApplied Fact(int number) => new($"r{number}", null, "", number, 0);

    [Fact]
    public async Task WriteAsync_EntriesOfOneUnit_AreDurableInOrderWithTheirCause()
    {
        await Store.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync("insert into storage_alive (id, at) values (7, 1)");
            var first = tx.Append(Fact(1), Noon, Actor.Tocsin);
            tx.Append(Fact(2), Noon.AddSeconds(1), Actor.User(new PersonKey("ada")), first);
        });
        var entries = await new JournalTable(Store).ReadAsync(new JournalQuery());
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
        (await new JournalTable(Store).ReadAsync(new JournalQuery())).Count.ShouldBe(90);
    }

    [Fact]
    public async Task WriteAsync_OlderEpoch_IsRefusedAndWritesNothing()
    {
        var old = database.Owner.Node with { Epoch = database.Owner.Node.Epoch - 1 };
        await Should.ThrowAsync<FencedException>(() => Store.WriteAsync(tx =>
        {
            tx.Append(Fact(1), Noon, Actor.Tocsin);
            return ValueTask.CompletedTask;
        }, old));
        (await new JournalTable(Store).ReadAsync(new JournalQuery())).ShouldBeEmpty();
    }

    [Fact]
    public async Task WriteAsync_FenceMovedByAnotherProcess_StopsUnitsWithoutALeaseToo()
    {
        await Store.WriteAsync(async tx => await tx.ExecuteAsync("update storage_lease set epoch = epoch + 1"));
        await Should.ThrowAsync<FencedException>(() => Store.WriteAsync(async tx =>
            await tx.ExecuteAsync("insert into storage_alive (id, at) values (8, 1)")));
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
    public async Task Samples_WrittenAndReadBack_AreEqualAndRolledUp()
    {
        var samples = new SampleStore(database.SampleFile);
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
}
