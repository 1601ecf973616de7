using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.StatusPages;

/// <summary>What is believed about one check of a service.</summary>
/// <param name="State">Null until its first probe was judged.</param>
internal sealed record CheckBelief(CheckKey Check, ServiceKey Service, Outcome? State, DateTimeOffset? Since);

/// <summary>Where the states of components come from.</summary>
internal interface IComponentStates
{
    /// <summary>Every configured check.</summary>
    ValueTask<IReadOnlyList<CheckBelief>> ReadAsync(CancellationToken cancellation);
}

/// <summary>Everything that a snapshot is made of.</summary>
/// <param name="AppliedAt">When the configuration came into force.</param>
/// <param name="Incidents">Those that lasted within the last 90 days, and all that last.</param>
/// <param name="Updates">Of each public incident, oldest first.</param>
/// <param name="Days">Of each check, up to 90 days.</param>
internal sealed record StatusInputs(
    StatusPageModel Page, DateTimeOffset AppliedAt, IReadOnlyList<CheckBelief> Checks, IReadOnlyList<Incident> Incidents,
    ILookup<IncidentId, StatusUpdate> Updates, IReadOnlyDictionary<CheckKey, IReadOnlyList<SampleRollup>> Days, DateTimeOffset Now);
