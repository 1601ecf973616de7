using Tocsin.Testing;

namespace Tocsin.Simulation;

/// <summary>When one process of the simulation ends. Every point at which a real process can be killed asks it.</summary>
internal sealed class Fate
{
    private int left = -1;

    public bool IsDead { get; private set; }

    /// <summary>Ends the process at the n-th point from now, counted from 1.</summary>
    public void DieAt(int point) => left = point;

    public void Die() => IsDead = true;

    public void Pass()
    {
        if (left > 0 && --left == 0) IsDead = true;
        if (IsDead) throw new CrashException();
    }
}
