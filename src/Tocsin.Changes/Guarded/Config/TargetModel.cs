using System.Collections.Frozen;
using Tocsin.Checks.Probes;
using Tocsin.Kernel;

namespace Tocsin.Changes.Guarded;

/// <summary>A file that is changed under guard, validated.</summary>
public sealed record TargetModel
{
    /// <summary>A file larger than this is not a setting, and is not kept.</summary>
    public const int BytesMax = 256 * 1024;

    public required TargetKey Key { get; init; }
    public required ServiceKey Service { get; init; }
    /// <summary>As written: absolute, or relative to the configuration's directory.</summary>
    public required string File { get; init; }
    /// <summary>Its content is shown nowhere, only its hash.</summary>
    public bool IsSecret { get; init; }
    /// <summary>Program and arguments; <c>{file}</c> stands for the candidate. Empty is none.</summary>
    public required IReadOnlyList<string> Validate { get; init; }
    /// <summary>Program and arguments that make the running side read the file. Empty is none.</summary>
    public required IReadOnlyList<string> Apply { get; init; }
    /// <summary>Posted to, instead of <see cref="Apply"/>; null is none.</summary>
    public Uri? Reload { get; init; }
    /// <summary>For the validator, the command that applies, and each request. Default 10 s.</summary>
    public required TimeSpan Timeout { get; init; }
    public AppliedModel? Applied { get; init; }
    public required WatchModel Watch { get; init; }
    public required IReadOnlyList<GuardModel> Guards { get; init; }
}

/// <summary>Where the running side says what it works with.</summary>
/// <param name="Json">Where in its answer.</param>
/// <param name="EqualTo">Place in the new content whose text must be answered; null: its SHA-256.</param>
/// <param name="Within">How long it may take. Default 10 s.</param>
public sealed record AppliedModel(Uri Url, JsonPath Json, JsonPath? EqualTo, TimeSpan Within);

/// <summary>How a change is proved from the users' side.</summary>
/// <param name="For">All checks must be well for this long, without a break.</param>
/// <param name="Results">And by this many results each. Default 3.</param>
/// <param name="Settle">What failed before the change may take this long to become well.</param>
public sealed record WatchModel(IReadOnlyList<CheckKey> Checks, TimeSpan For, int Results, TimeSpan Settle);

/// <summary>What must hold before anything is written. Closed hierarchy.</summary>
public abstract record GuardModel
{
    private GuardModel() { }

    /// <summary>The place that it looks at.</summary>
    public abstract string Word { get; }

    /// <summary>A fact that the host reports.</summary>
    /// <param name="JsonText">The path as written, for sentences.</param>
    /// <param name="When">Asked only of contents for which this holds; null: of all.</param>
    public sealed record Requires(Uri Url, JsonPath Json, string JsonText, Condition Condition, When? When) : GuardModel
    {
        public override string Word => JsonText;
    }

    /// <summary>A number of the new content that must be there, within bounds.</summary>
    public sealed record Bound(JsonPath Json, string JsonText, double? Min, double? Max) : GuardModel
    {
        public override string Word => JsonText;
    }
}

/// <param name="JsonText">The path as written, for sentences.</param>
public sealed record When(JsonPath Json, string JsonText, Condition Condition);

/// <summary>What a text must be. Exactly one of the two is there.</summary>
/// <param name="AtLeast">Numbers with points between them, compared one by one: <c>2.10</c> is more than <c>2.9</c>.</param>
public sealed record Condition(string? EqualTo, string? AtLeast)
{
    public string InWords => EqualTo is not null ? EqualTo : $"at least {AtLeast}";
}

/// <summary>All targets. Immutable.</summary>
public sealed record TargetsModel(FrozenDictionary<TargetKey, TargetModel> Targets, IReadOnlyList<TargetKey> Order);
