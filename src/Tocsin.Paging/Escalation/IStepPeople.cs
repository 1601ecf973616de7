using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.OnCall;

namespace Tocsin.Paging.Escalation;

/// <summary>Who a step of an escalation means, now.</summary>
internal interface IStepPeople
{
    /// <returns>People in order, each once, with a clause that begins with "you"; when empty, why nobody.</returns>
    ValueTask<(IReadOnlyList<(PersonKey Person, string Why)> People, string WhyNobody)> ResolveAsync(
        IReadTx tx, StepModel step, DateTimeOffset now);
}
