using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;
using Tocsin.Storage.Sqlite;
using Tocsin.Testing;

namespace Tocsin.Simulation;

/// <summary>One run of a scenario: everything that happens in it, and its order, follows from the seed.</summary>
internal sealed class Simulation : IDisposable
{
    private const int EventsMax = 260, RestStepsMax = 20_000;
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly IScenario scenario;
    private readonly Planted planted;
    private readonly Random random;
    private readonly FakeClock clock = new(Start);
    private readonly SqliteConnection disk;
    private readonly SqliteEngine engine;
    private readonly Outside outside;
    private readonly List<SimProcess> living = [];
    private readonly int crashPermille, refusePermille, jumpPermille;
    private bool isCalm;

    private Simulation(IScenario scenario, Planted planted, int seed)
    {
        (this.scenario, this.planted, random) = (scenario, planted, new Random(seed));
        disk = Template.Clone(scenario);
        engine = new SqliteEngine(disk, hasJournal: true);
        outside = new Outside(random);
        // Each seed has a temper of its own: some runs crash all the time, some never.
        crashPermille = random.Next(3) * random.Next(60);
        refusePermille = random.Next(3) * random.Next(30);
        jumpPermille = random.Next(2) * random.Next(30);
    }

    /// <summary>What happened, for comparing two runs of one seed.</summary>
    public List<string> Trace { get; } = [];

    /// <returns>What is not as promised; empty when all is well.</returns>
    public static (IReadOnlyList<string> Violations, IReadOnlyList<string> Trace) Run(IScenario scenario, int seed, Planted planted = Planted.None)
    {
        using var simulation = new Simulation(scenario, planted, seed);
        return (simulation.Run(), simulation.Trace);
    }

    private IReadOnlyList<string> Run()
    {
        Begin();
        for (var number = 0; number < EventsMax; number++) Happen();
        isCalm = outside.IsKind = true;
        if (!ComesToRest()) return [$"it does not come to rest: {Leftovers()}"];
        var found = Now(scenario.JudgeAsync(new SqliteReadTx(disk), outside));
        return outside.Violation is { } repeated ? [repeated, .. found] : found;
    }

    private void Happen()
    {
        if (living.Count == 0 || living[^1].IsGone) Begin();
        var process = living[random.Next(living.Count)];
        switch (random.Next(100))
        {
            case < 14: Guard(process, "act", () => Now(scenario.ActAsync(StoreOf(process), random, clock.GetUtcNow()))); break;
            case < 64: Step(process, random.Next(process.Pumps.Count)); break;
            case < 80: StartWork(process); break;
            case < 86: AnswerSlow(); break;
            case < 97: Advance(TimeSpan.FromMilliseconds(random.Next(1, random.Next(2) == 0 ? 1_500 : 20_000))); break;
            case 97: Advance(TimeSpan.FromSeconds(random.Next(30, 400))); break;
            default: break;
        }
        if (Chance(crashPermille)) process.Fate.DieAt(random.Next(1, 25));
        if (Chance(crashPermille / 3)) End(process);
        if (Chance(crashPermille / 4)) TakeOver();
        if (Chance(jumpPermille)) clock.Jump(TimeSpan.FromSeconds(random.Next(-4_000, 4_000)));
        living.RemoveAll(one => one.Fate.IsDead);
    }

    private bool Chance(int permille) => random.Next(1_000) < permille;

    private void Begin()
    {
        var epoch = disk.QueryFirst<long>(EmbeddedOwner.TakeEpoch, new { scope = EmbeddedOwner.NodeScope, holder = "simulated" });
        var process = new SimProcess(new Fate(), new Lease(EmbeddedOwner.NodeScope, epoch));
        process.Pumps = Pumps(process);
        living.Add(process);
        Note($"begin {epoch}");
    }

    /// <summary>A new process begins while the old one, frozen or cut off, does not know it yet.</summary>
    private void TakeOver()
    {
        foreach (var process in living) process.IsSuperseded = true;
        Begin();
    }

    private void End(SimProcess process)
    {
        process.Fate.Die();
        Note("end");
    }

    private IStore StoreOf(SimProcess process) =>
        PlantedBugs.Wrap(planted, new InlineStore(engine, disk, process.Lease, process.Fate, () => !isCalm && Chance(refusePermille)), process, outside);

    private IReadOnlyList<IPump> Pumps(SimProcess process)
    {
        var store = StoreOf(process);
        var (readers, handlers, pumps) = scenario.Compose(new Parts(store, process, clock, outside));
        return
        [
            .. readers.Select(reader => new ReaderPump(reader, store, new SqliteHorizon(), NullLogger<ReaderPump>.Instance)),
            new LedgerPump(store, handlers, process, clock, NullLogger<LedgerPump>.Instance),
            .. pumps,
        ];
    }

    private Next Step(SimProcess process, int index)
    {
        var next = Next.More;
        var pump = process.Pumps[index];
        Guard(process, pump.Scope, () =>
        {
            var step = pump.StepAsync(process.Lease, clock.GetUtcNow(), CancellationToken.None);
            next = Now(step.AsTask());
        });
        return next;
    }

    private void StartWork(SimProcess process)
    {
        if (process.WorkCount > 0) Guard(process, "work", () => process.Start(random.Next(process.WorkCount)));
    }

    private void AnswerSlow()
    {
        if (!outside.HasSlow) return;
        Note("answer");
        outside.AnswerOne();
    }

    private void Advance(TimeSpan by)
    {
        Note("advance");
        clock.Advance(by);
    }

    /// <summary>Runs a piece of a process; what a process may meet is no failure of the simulation.</summary>
    private void Guard(SimProcess process, string what, Action action)
    {
        Note(what);
        try { action(); }
        catch (CrashException) { Note("crash"); }
        catch (StoreUnavailableException) { Note("refused"); }
        catch (CursorMovedException) { Note("moved"); }
        catch (FencedException)
        {
            Note("fenced");
            process.Fate.Die(); // as the program does: it stops
        }
    }

    /// <summary>The faults end: everything that was begun must come to an end too.</summary>
    private bool ComesToRest()
    {
        foreach (var process in living) process.Fate.Die();
        living.Clear();
        Begin();
        var last = living[0];
        Now(scenario.CalmAsync(StoreOf(last), clock.GetUtcNow()));
        for (var step = 0; step < RestStepsMax; step++)
        {
            while (outside.HasSlow) AnswerSlow();
            while (last.WorkCount > 0) StartWork(last);
            var moved = Enumerable.Range(0, last.Pumps.Count).Select(index => Step(last, index)).ToList();
            if (last.Fate.IsDead) return false;
            if (moved.Exists(next => next.HasMore) || last.WorkCount > 0) continue;
            if (Now(scenario.RestsUntilAsync(new SqliteReadTx(disk))) is not { } next) return true;
            Advance(next > clock.GetUtcNow() ? next - clock.GetUtcNow() : TimeSpan.FromSeconds(1));
        }
        return false;
    }

    private string Leftovers() => string.Join("; ", disk.Query<string>("""
        select kind || ' ' || idempotency_key || ' ' || state || ' ' || attempts || ' due ' || due_at from ledger where state in ('due', 'leased')
        union all select 'reader ' || reader || ' at ' || seq from journal_cursor
        union all select 'the last entries: ' || group_concat(kind || ' ' || subject, ', ') from (select kind, subject from journal order by seq desc limit 12)
        """).Prepend($"now {clock.GetUtcNow().ToUnixTimeMilliseconds()}"));

    private void Note(string what) =>
        Trace.Add(string.Create(CultureInfo.InvariantCulture, $"{clock.GetTimestamp()} {what} {outside.Received.Count}"));

    /// <summary>A step awaits nothing but its store, and the store answers at once: what is not finished waits for the real world.</summary>
    private static void Now(Task task)
    {
        if (!task.IsCompleted) throw new InvalidOperationException("something waits for the real world");
        task.GetAwaiter().GetResult();
    }

    private static T Now<T>(Task<T> task)
    {
        Now((Task)task);
        return task.GetAwaiter().GetResult();
    }

    public void Dispose() => engine.Dispose();
}
