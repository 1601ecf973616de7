using Tocsin.Changes.Guarded;
using Tocsin.Kernel;

namespace Tocsin.Changes.Tests.Guarded;

/// <summary>Parts of guarded changes for tests.</summary>
internal static class Some
{
    public static readonly CheckKey Page = new("shop-page");

    public static GuardedChange Change(ChangePhase phase, bool isRollBack = false) => new()
    {
        Id = new ChangeId(7), Target = new TargetKey("api-release"), Service = new ServiceKey("api"), Phase = phase, IsRollBack = isRollBack,
        By = Actor.User(new PersonKey("ada")), Reason = "because", From = "aaaa", To = "bbbb", CreatedAt = ChangesFixture.Noon,
        RevertAt = phase.IsTimed ? ChangesFixture.Noon.AddMinutes(2) : null, Timer = TimeSpan.FromMinutes(2), WellBefore = [Page],
    };

    public static TargetModel Target(string file, params GuardModel[] guards) => new()
    {
        Key = new TargetKey("api-release"), Service = new ServiceKey("api"), File = file, Validate = [], Apply = [], Timeout = TimeSpan.FromSeconds(10),
        Watch = Watch(), Guards = guards,
    };

    public static WatchModel Watch(double forSeconds = 5, int results = 3, double settleSeconds = 20) =>
        new([Page], TimeSpan.FromSeconds(forSeconds), results, TimeSpan.FromSeconds(settleSeconds));

    /// <summary>One of each kind of event, and of each way it can end.</summary>
    public static IReadOnlyList<ChangeEvent> Events { get; } =
    [
        new ChangeEvent.Validated(null), new ChangeEvent.Validated("fault"), new ChangeEvent.Judged(null, "version 1 → 2", []),
        new ChangeEvent.Judged("fault", "", []), new ChangeEvent.Approve(),
        new ChangeEvent.Arm(ChangesFixture.Noon.AddMinutes(1), TimeSpan.FromMinutes(1), [Page]), new ChangeEvent.Written(null), new ChangeEvent.Written("fault"),
        new ChangeEvent.Answered(null, "says so"), new ChangeEvent.Answered("fault", ""), new ChangeEvent.WatchBegan(),
        new ChangeEvent.Watched(WatchVerdict.NotYet, "early"), new ChangeEvent.Watched(WatchVerdict.Well, "up"), new ChangeEvent.Watched(WatchVerdict.Worse, "down"),
        new ChangeEvent.TimerEnded("late"), new ChangeEvent.PutBack(null), new ChangeEvent.PutBack("fault"), new ChangeEvent.Overtaken(), new ChangeEvent.Gone(),
        new ChangeEvent.ConfirmNow("Ada"), new ChangeEvent.RevertNow("Ada"),
    ];
}
