namespace Tocsin.Checks.Scheduling;

/// <summary>Remembers when this process stood still: time in which a silent target may well have spoken.</summary>
internal sealed class StallWatch
{
    /// <summary>Shorter delays are the ordinary business of a scheduler.</summary>
    private static readonly TimeSpan StallMin = TimeSpan.FromMilliseconds(250);
    private const int Kept = 8;
    private readonly Queue<(TimeSpan From, TimeSpan Until)> stalls = new(Kept);

    /// <param name="expected">When the pump wanted to be called.</param>
    public void Woke(TimeSpan expected, TimeSpan now)
    {
        if (now - expected < StallMin) return;
        if (stalls.Count == Kept) stalls.Dequeue();
        stalls.Enqueue((expected, now));
    }

    /// <summary>Time within [from, until] that was stalled.</summary>
    public TimeSpan Within(TimeSpan from, TimeSpan until)
    {
        var sum = TimeSpan.Zero;
        foreach (var stall in stalls)
        {
            var overlap = (stall.Until < until ? stall.Until : until) - (stall.From > from ? stall.From : from);
            if (overlap > TimeSpan.Zero) sum += overlap;
        }
        return sum;
    }
}
