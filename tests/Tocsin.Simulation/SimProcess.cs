using Tocsin.Kernel.Ports;

namespace Tocsin.Simulation;

/// <summary>One life of the program: its pumps, the work it has handed out, and what it holds in memory.</summary>
internal sealed class SimProcess(Fate fate, Lease lease) : IRunner
{
    private readonly List<Func<CancellationToken, Task>> works = [];

    public Fate Fate => fate;
    public Lease Lease => lease;
    public IReadOnlyList<IPump> Pumps { get; set; } = [];

    /// <summary>Set when a newer process has taken over: it may still run, but nobody waits for it.</summary>
    public bool IsSuperseded { get; set; }
    public bool IsGone => fate.IsDead || IsSuperseded;
    public int WorkCount => works.Count;

    public void Run(string what, Func<CancellationToken, Task> work) => works.Add(work);

    /// <summary>Starts one piece of work; it goes on until it waits for the world outside.</summary>
    public void Start(int index)
    {
        var work = works[index];
        works.RemoveAt(index);
        _ = work(CancellationToken.None);
    }
}
