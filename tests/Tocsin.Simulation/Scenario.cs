using Tocsin.Kernel.Ports;
using Tocsin.Testing;

namespace Tocsin.Simulation;

/// <summary>What a process is built from.</summary>
internal sealed record Parts(IStore Store, SimProcess Process, FakeClock Clock, Outside Outside);

/// <summary>What runs in the processes of a simulation, what happens to it, and what must be true in the end.</summary>
internal interface IScenario
{
    IReadOnlyList<Migration> Tables { get; }

    /// <summary>Readers, handlers and pumps as the program composes them.</summary>
    Composition Compose(Parts parts);

    /// <summary>Something happens; what returns without a failure is accepted.</summary>
    Task ActAsync(IStore store, Random random, DateTimeOffset now);

    /// <summary>The trouble ends: whatever was broken works again.</summary>
    Task CalmAsync(IStore store, DateTimeOffset now);

    /// <returns>When something is to be done next; null when nothing is left to do.</returns>
    Task<DateTimeOffset?> RestsUntilAsync(IReadTx tx);

    /// <returns>What is not as promised, one sentence each.</returns>
    Task<IReadOnlyList<string>> JudgeAsync(IReadTx tx, Outside outside);
}

internal sealed record Composition(IReadOnlyList<IJournalReader> Readers, IReadOnlyList<ILedgerHandler> Handlers, IReadOnlyList<IPump> Pumps);
