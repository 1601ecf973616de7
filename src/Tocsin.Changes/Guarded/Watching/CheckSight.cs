using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes.Guarded;

/// <summary>What is known of a check at a moment.</summary>
/// <param name="State">Confirmed; null until it was judged.</param>
/// <param name="LastResultAt">Names the newest result; null until there was one in this process.</param>
/// <param name="Took">Of the newest result.</param>
internal sealed record CheckSight(
    Outcome? State, bool IsDoubted, DateTimeOffset? LastResultAt, Outcome? LastOutcome, TimeSpan Took, TimeSpan Interval, string Text)
{
    public bool IsWell => State == Outcome.Up && !IsDoubted && LastOutcome == Outcome.Up;
}

/// <summary>The checks, as far as a watch needs them.</summary>
internal interface IWatchedChecks
{
    /// <returns>Null when no such check is configured.</returns>
    CheckSight? Look(CheckKey check);
}

internal sealed class WatchedChecks(CheckQueries checks, Catalog.IRevisions revisions) : IWatchedChecks
{
    public CheckSight? Look(CheckKey check) => checks.Find(check) is not { } view ? null : new CheckSight(
        view.State, view.IsDoubted, view.LastResultAt, view.LastOutcome, view.LastDuration ?? TimeSpan.Zero,
        revisions.Current.Get<ChecksModel>().Checks.TryGetValue(check, out var model) ? model.Interval : TimeSpan.FromMinutes(1), view.Text);
}
