using Tocsin.Changes.Guarded;

namespace Tocsin.Changes;

/// <summary>A new content for a target.</summary>
/// <param name="Content">Needed. The whole file, at most 256 KiB of UTF-8.</param>
/// <param name="Reason">One line: why.</param>
/// <param name="Who">Who wants it, when it is not the owner of the token; stands with the reason.</param>
public sealed record TargetChangeBody(string? Content, string? Reason, string? Who);

/// <summary>What is asked of a roll back; everything may be left out.</summary>
/// <param name="Incident">Such as <c>INC-42</c>: its story tells of it.</param>
/// <param name="From">SHA-256 of the content that is to be replaced; another one is not touched.</param>
public sealed record RollBackBody(string? Incident, string? From);

/// <summary>What a roll back would do.</summary>
/// <param name="VersionSince">When the version that is put back had come.</param>
/// <param name="HealthySeconds">How long it was seen healthy the last time.</param>
/// <param name="Diff">In one line; of a secret the hashes.</param>
public sealed record RollBackOfferJson(string From, string To, DateTimeOffset VersionSince, long HealthySeconds, string Diff);

/// <summary>One step of a guarded change.</summary>
/// <param name="Phase">Such as <c>armed</c>.</param>
/// <param name="Why">As a sentence.</param>
public sealed record ChangeStepJson(string Phase, DateTimeOffset At, string Why);

/// <summary>A guarded change as programs read it.</summary>
/// <param name="Phase"><c>draft</c>, <c>validated</c>, <c>planned</c>, <c>approved</c>, <c>armed</c>, <c>written</c>, <c>applied</c>, <c>observing</c>,
/// <c>confirmed</c>, <c>reverting</c>, <c>putBack</c>, <c>proving</c>, <c>reverted</c>, <c>refused</c> or <c>stuck</c>.</param>
/// <param name="Final">Whether nothing more will happen to it.</param>
/// <param name="From">SHA-256 of the content that is replaced.</param>
/// <param name="RevertAt">When it is taken back unless it is confirmed before; null while no timer runs.</param>
/// <param name="Why">Of the last step.</param>
/// <param name="Steps">Null in lists.</param>
public sealed record GuardedChangeJson(
    string Id, string Target, string Phase, bool Final, bool RollBack, string? Incident, string By, string Reason, string From, string To, string Diff,
    DateTimeOffset CreatedAt, DateTimeOffset? RevertAt, string Why, IReadOnlyList<ChangeStepJson>? Steps)
{
    internal static GuardedChangeJson Of(GuardedChange change, IReadOnlyList<KeptStep>? steps = null) => new(
        change.Id.ToString(), change.Target.Value, Word(change.Phase), change.Phase.IsFinal, change.IsRollBack, change.Incident?.ToString(), change.By.Text, change.Reason,
        change.From, change.To, change.Diff, change.CreatedAt, change.RevertAt, change.Why, steps?.Select(step => new ChangeStepJson(Word(step.Phase), step.At, step.Why)).ToList());

    private static string Word(ChangePhase phase) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(phase.ToString());
}

/// <summary>A target as programs read it.</summary>
/// <param name="Sha256">Of its content; null until it could be read.</param>
/// <param name="Since">When this content came.</param>
/// <param name="Fault">Why it cannot be read; null while it can.</param>
/// <param name="HealthySeconds">How long its checks were up with this content; null when it is not proved healthy.</param>
/// <param name="UnderWay">The change under way.</param>
/// <param name="RollBack">What a roll back would do; null when no other version was proved healthy.</param>
/// <param name="Changes">Newest first; null in lists.</param>
public sealed record TargetJson(
    string Key, string Service, string File, string? Sha256, DateTimeOffset? Since, string? Fault, long? HealthySeconds, GuardedChangeJson? UnderWay,
    RollBackOfferJson? RollBack, IReadOnlyList<GuardedChangeJson>? Changes)
{
    internal static TargetJson Of(TargetView view, IReadOnlyList<GuardedChange>? changes = null) => new(
        view.Key.Value, view.Model.Service.Value, view.Model.File, view.Sha.Length > 0 ? view.Sha : null, view.Since, view.Fault.Length > 0 ? view.Fault : null,
        (long?)view.HealthyFor?.TotalSeconds, view.UnderWay is { } open ? GuardedChangeJson.Of(open) : null,
        view.RollBack is { } offer ? new RollBackOfferJson(offer.From, offer.To, offer.VersionSince, (long)offer.HealthyFor.TotalSeconds, offer.Diff) : null,
        changes?.Select(change => GuardedChangeJson.Of(change)).ToList());
}

/// <summary>Targets, in the order of the configuration.</summary>
public sealed record TargetList(IReadOnlyList<TargetJson> Targets);
