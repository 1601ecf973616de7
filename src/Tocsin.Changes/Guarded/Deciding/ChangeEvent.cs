using Tocsin.Kernel;

namespace Tocsin.Changes.Guarded;

/// <summary>What happens to a guarded change. Closed hierarchy. A fault is null when it went well, else why not, as part of a sentence.</summary>
internal abstract record ChangeEvent
{
    private ChangeEvent() { }

    /// <summary>The target's own validator has spoken.</summary>
    internal sealed record Validated(string? Fault) : ChangeEvent;

    /// <summary>The guards have spoken, and what would change is known.</summary>
    internal sealed record Judged(string? Fault, string Diff, IReadOnlyList<ServiceKey> Touches) : ChangeEvent;

    /// <summary>A responder wants it.</summary>
    internal sealed record Approve : ChangeEvent;

    internal sealed record Arm(DateTimeOffset RevertAt, TimeSpan Timer, IReadOnlyList<CheckKey> WellBefore) : ChangeEvent;

    /// <summary>The file was written, or not touched.</summary>
    internal sealed record Written(string? Fault) : ChangeEvent;

    /// <summary>The running side has answered what it works with.</summary>
    internal sealed record Answered(string? Fault, string Evidence) : ChangeEvent;

    internal sealed record WatchBegan : ChangeEvent;

    internal sealed record Watched(WatchVerdict Verdict, string Text) : ChangeEvent;

    /// <param name="Text">What the watch still missed.</param>
    internal sealed record TimerEnded(string Text) : ChangeEvent;

    /// <summary>The old content was written back, or could not be.</summary>
    internal sealed record PutBack(string? Fault) : ChangeEvent;

    /// <summary>Somebody else changed the file while it was watched.</summary>
    internal sealed record Overtaken : ChangeEvent;

    /// <summary>The target left the configuration.</summary>
    internal sealed record Gone : ChangeEvent;

    /// <param name="Who">In words.</param>
    internal sealed record ConfirmNow(string Who) : ChangeEvent;

    /// <inheritdoc cref="ConfirmNow"/>
    internal sealed record RevertNow(string Who) : ChangeEvent;
}

/// <summary>What the users' side says so far.</summary>
internal enum WatchVerdict
{
    /// <summary>Too early to tell.</summary>
    NotYet,
    /// <summary>All checks were up for the whole window.</summary>
    Well,
    /// <summary>A check that was up before fails, or cannot be told any more.</summary>
    Worse,
}
