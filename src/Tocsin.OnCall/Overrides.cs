using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.OnCall;

/// <summary>Setting and removing overrides.</summary>
public sealed class Overrides(IStore store, IRevisions revisions, TimeProvider clock)
{
    public static readonly TimeSpan LengthMax = TimeSpan.FromDays(60);
    public static readonly TimeSpan AheadMax = TimeSpan.FromDays(366);
    private const int WaitingMax = 500;

    /// <summary>Gives [<paramref name="from"/>, <paramref name="until"/>) of a schedule to a person. Times are cut to whole milliseconds.</summary>
    /// <returns>The override, or why it cannot be, as a sentence.</returns>
    public async Task<Parsed<Override>> SetAsync(
        string schedule, PersonKey person, DateTimeOffset from, DateTimeOffset until, Actor by, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        (from, until) = (Whole(from), Whole(until));
        if (WhyNot(schedule, person, from, until, now) is { } why) return Parsed<Override>.Bad(why);
        return await store.WriteAsync<Parsed<Override>>(async tx =>
        {
            if (await OverrideStore.CountAsync(tx, schedule, now) >= WaitingMax)
            {
                return Parsed<Override>.Bad($"the schedule {schedule} already has {WaitingMax} overrides ahead, expected fewer; remove some first");
            }
            var id = await OverrideStore.SaveAsync(tx, schedule, person, from, until, by);
            tx.Append(new OnCallOverridden(schedule, person, from, until, Removed: false), now, by);
            return new Override(id, schedule, person, from, until);
        }, cancellation: cancellation);
    }

    /// <summary>Ends an override; the rotation holds again from now on and for its future.</summary>
    /// <returns>False when there is none of this number, or it was removed before.</returns>
    public Task<bool> RemoveAsync(long id, Actor by, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        return store.WriteAsync(async tx =>
        {
            if (await OverrideStore.FindAsync(tx, id) is not { } found || await OverrideStore.RemoveAsync(tx, id, now) == 0) return false;
            tx.Append(new OnCallOverridden(found.Schedule, found.Person, found.From, found.Until, Removed: true), now, by);
            return true;
        }, cancellation: cancellation);
    }

    private string? WhyNot(string schedule, PersonKey person, DateTimeOffset from, DateTimeOffset until, DateTimeOffset now)
    {
        var revision = revisions.Current;
        if (!revision.Get<OnCallModel>().Schedules.ContainsKey(schedule)) return $"there is no schedule '{schedule}'";
        if (!revision.Catalog.People.ContainsKey(person)) return $"there is no person '{person}'";
        if (until <= from) return "the override ends before it begins";
        if (until <= now) return "the override lies in the past";
        if (until - from > LengthMax) return $"the override is longer than {LengthMax.TotalDays} days; change the rotation instead";
        return from - now > AheadMax ? $"the override begins more than {AheadMax.TotalDays} days ahead" : null;
    }

    private static DateTimeOffset Whole(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
