using Tocsin.Checks;

namespace Tocsin.StatusPages;

/// <summary>The states that the checks keep in memory.</summary>
internal sealed class CheckBoardStates(CheckQueries checks) : IComponentStates
{
    public ValueTask<IReadOnlyList<CheckBelief>> ReadAsync(CancellationToken cancellation) => new(
        [.. checks.All.Select(view => new CheckBelief(view.Check, view.Service, view.State, view.Since))]);
}
