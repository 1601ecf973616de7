using System.Diagnostics.Metrics;

namespace Tocsin.Kernel.Ports;

/// <summary>A part that counts what it does. Labels are words of the program or names of its configuration: never an address or a person.</summary>
public interface IMeasured
{
    /// <summary>Makes its instruments; called once, when the program starts. Observable ones answer from memory, on any thread.</summary>
    void Describe(Meter meter);
}
