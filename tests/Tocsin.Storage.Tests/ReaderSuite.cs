using Microsoft.Extensions.Logging.Abstractions;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Testing;

namespace Tocsin.Storage.Tests;

/// <summary>What a reader of the journal promises.</summary>
public abstract class ReaderSuite<TEngine> : Suite<TEngine> where TEngine : IEngine, new()
{
    /// <summary>Answers every applied configuration with one refused one, and can be told to fail.</summary>
    private sealed class Echo(string name = "echo") : IJournalReader
    {
        public string Name => name;
        public bool StartsAtEnd { get; init; }
        public int PoisonNumber { get; init; } = -1;
        public List<int> Handled { get; } = [];
        public Func<Task>? Meanwhile { get; set; }

        public async ValueTask HandleAsync(ITx tx, JournalEntry entry, DateTimeOffset now)
        {
            if (entry.Fact is not ConfigApplied { Services: var number }) return;
            Handled.Add(number);
            if (number == PoisonNumber) throw new InvalidOperationException("cannot digest this");
            await tx.ExecuteAsync("insert into storage_alive (id, at) values (@id, 1)", new { id = 1000L + number });
            if (Meanwhile is { } meanwhile) await meanwhile();
            tx.Append(new ConfigRefused(name, number, ""), now, Actor.Tocsin, entry);
        }
    }

    private ReaderPump Pump(IJournalReader reader, IStore? store = null) =>
        new(reader, store ?? Store, Database.Horizon, NullLogger<ReaderPump>.Instance);

    private async Task AppendAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            var fact = Fact(number);
            await Store.WriteAsync(tx => { tx.Append(fact, Noon, Actor.Tocsin); return ValueTask.CompletedTask; });
        }
    }

    private async Task DrainAsync(ReaderPump pump, DateTimeOffset? at = null)
    {
        var now = at ?? Noon;
        for (var step = 0; step < 10_000; step++)
        {
            var next = await pump.StepAsync(Lease, now, default);
            if (next.HasMore) continue;
            if ((await Store.FirstAsync<long>("select max(seq) from journal")) == pump.Cursor) return;
            now = next.At!.Value;
        }
        throw new InvalidOperationException("the reader does not come to an end");
    }

    private async Task ShouldHaveAnsweredOnceAsync(int count)
    {
        var answers = (await JournalAsync()).Where(entry => entry.Fact is ConfigRefused).ToList();
        answers.Select(entry => ((ConfigRefused)entry.Fact!).Errors).ShouldBe(Enumerable.Range(0, count));
        answers.Select(entry => entry.Cause).ShouldBeUnique();
    }

    [Fact]
    public async Task StepAsync_CrashAtEveryAwait_HasEveryEffectOnce()
    {
        await AppendAsync(3);
        var crashes = 0;
        for (var at = 0; ; at++)
        {
            await Store.WriteAsync(async tx =>
            {
                await tx.ExecuteAsync("delete from storage_alive");
                await tx.ExecuteAsync("delete from journal_cursor");
                await tx.ExecuteAsync("delete from journal where kind = 'config.refused'");
            });
            var points = new CrashPoints(at);
            try { await DrainAsync(Pump(new Echo(), new CrashingStore(Store, points))); }
            catch (CrashException) { crashes++; }
            await DrainAsync(Pump(new Echo()));
            await ShouldHaveAnsweredOnceAsync(3);
            if (!points.HasCrashed) break;
        }
        crashes.ShouldBeGreaterThan(12);
    }

    [Fact]
    public async Task StepAsync_PoisonEntry_IsSkippedAloudAfterFiveTriesAndTheOthersAreHandled()
    {
        await AppendAsync(6);
        var reader = new Echo { PoisonNumber = 3 };
        await DrainAsync(Pump(reader));
        reader.Handled.Count(number => number == 3).ShouldBe(6); // once among others, then five times alone
        var journal = await JournalAsync();
        var skipped = journal.Single(entry => entry.Fact is ReaderSkipped);
        skipped.Fact.ShouldBe(new ReaderSkipped("echo", journal[3].Seq, "config.applied", "cannot digest this"));
        skipped.Cause.ShouldBe(journal[3].Seq);
        journal.Select(entry => entry.Fact).OfType<ConfigRefused>().Select(fact => fact.Errors).ShouldBe([0, 1, 2, 4, 5]);
    }

    [Fact]
    public async Task StepAsync_AfterAFailure_PausesAlthoughItIsWoken()
    {
        await AppendAsync(1);
        var reader = new Echo { PoisonNumber = 0 };
        var pump = Pump(reader);
        var next = await pump.StepAsync(Lease, Noon, default);
        next.At.ShouldBe(Noon.AddMilliseconds(200));
        for (var wake = 0; wake < 10; wake++) await pump.StepAsync(Lease, Noon.AddMilliseconds(199), default);
        reader.Handled.Count.ShouldBe(1);
        await pump.StepAsync(Lease, Noon.AddMilliseconds(200), default);
        reader.Handled.Count.ShouldBe(2);
        await pump.StepAsync(Lease, Noon.AddHours(-1), default); // a clock set back does not lengthen the pause
        reader.Handled.Count.ShouldBe(3);
    }

    [Fact]
    public async Task StepAsync_TwoPumpsOnOneName_TheSlowerOneWritesNothing()
    {
        await AppendAsync(2);
        await Pump(new Echo()).StepAsync(Lease, Noon.AddHours(-1), default);
        await Store.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync("delete from storage_alive");
            await tx.ExecuteAsync("delete from journal where kind = 'config.refused'");
            await tx.ExecuteAsync("update journal_cursor set seq = 0");
        });
        var overtaken = new OvertakenStore(Store, meanwhile: async () => await DrainAsync(Pump(new Echo())));
        await Should.ThrowAsync<CursorMovedException>(async () => await Pump(new Echo(), overtaken).StepAsync(Lease, Noon, default));
        await ShouldHaveAnsweredOnceAsync(2);
    }

    /// <summary>Lets something happen between the reads and the first write.</summary>
    private sealed class OvertakenStore(IStore inner, Func<Task> meanwhile) : IStore
    {
        public event Action? Committed { add => inner.Committed += value; remove => inner.Committed -= value; }

        public async Task<T> WriteAsync<T>(Func<ITx, ValueTask<T>> unit, Lease? lease, CancellationToken cancellation)
        {
            await meanwhile();
            return await inner.WriteAsync(unit, lease, cancellation);
        }

        public Task<T> ReadAsync<T>(Func<IReadTx, ValueTask<T>> read, CancellationToken cancellation) => inner.ReadAsync(read, cancellation);
    }

    [Fact]
    public async Task StepAsync_ReaderThatStartsAtTheEnd_HandlesOnlyWhatComesLater()
    {
        await AppendAsync(2);
        var reader = new Echo { StartsAtEnd = true };
        var pump = Pump(reader);
        await pump.StepAsync(Lease, Noon, default);
        reader.Handled.ShouldBeEmpty();
        await Store.WriteAsync(tx => { tx.Append(Fact(7), Noon, Actor.Tocsin); return ValueTask.CompletedTask; });
        await DrainAsync(pump);
        reader.Handled.ShouldBe([7]);
    }

    [Fact]
    public async Task StepAsync_OlderEpoch_IsFenced()
    {
        await AppendAsync(1);
        await using var second = await Engine.OpenAsync([]);
        await Should.ThrowAsync<FencedException>(async () => await Pump(new Echo()).StepAsync(Lease, Noon, default));
    }
}
