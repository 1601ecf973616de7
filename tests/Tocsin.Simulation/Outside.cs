using Tocsin.Kernel.Ports;

namespace Tocsin.Simulation;

/// <summary>What a receiver does with one message. Drawn from the seed.</summary>
internal enum Reception { Delivered, LostReply, TryLater, Refused, Slow }

/// <summary>One attempt to hand a message to the world outside.</summary>
internal sealed class Attempt(string key, SimProcess process)
{
    public string Key => key;
    public SimProcess Process => process;

    /// <summary>What the process was told; null while it waits.</summary>
    public DeliveryResult? Told { get; set; }

    /// <summary>A slow receiver's answer, given later.</summary>
    public TaskCompletionSource<DeliveryOutcome>? Answer { get; init; }

    /// <summary>Whether another attempt may follow although this one may have arrived.</summary>
    public bool IsUncertain => process.IsGone || Told is not (null or DeliveryResult.Delivered);
}

/// <summary>The world outside: receivers in another process, which no crash of ours reaches.</summary>
internal sealed class Outside(Random random)
{
    private readonly Dictionary<string, List<Attempt>> attempts = new(StringComparer.Ordinal);
    private readonly List<Attempt> slow = [];
    private readonly int slowPercent = random.Next(3) * random.Next(50);

    /// <summary>Keys in the order of arrival, repeats included: the log of the sink.</summary>
    public List<string> Received { get; } = [];
    public bool IsKind { get; set; }
    public string? Violation { get; private set; }
    public bool HasSlow => slow.Count > 0;

    public async Task<DeliveryOutcome> SendAsync(string key, SimProcess process, CancellationToken cancellation)
    {
        process.Fate.Pass();
        var earlier = attempts.TryGetValue(key, out var known) ? known : attempts[key] = [];
        // The rule about repeats: one more needs a crash, a take-over, or an answer that leaves the matter open.
        if (!process.IsGone && earlier.Any(attempt => !attempt.IsUncertain)) Violation ??= $"{key} was sent again without a crash or an open answer between";
        var reception = IsKind ? Reception.Delivered : Draw();
        var attempt = new Attempt(key, process) { Answer = reception == Reception.Slow ? new TaskCompletionSource<DeliveryOutcome>() : null };
        earlier.Add(attempt);
        var outcome = attempt.Answer is null ? Receive(key, reception) : await SlowAsync(attempt, cancellation);
        process.Fate.Pass();
        attempt.Told = outcome.Result;
        return outcome;
    }

    private Reception Draw() => random.Next(100) < slowPercent ? Reception.Slow : random.Next(16) switch
    {
        < 11 => Reception.Delivered,
        < 13 => Reception.LostReply,
        < 15 => Reception.TryLater,
        _ => Reception.Refused,
    };

    private DeliveryOutcome Receive(string key, Reception reception)
    {
        if (reception is Reception.Delivered or Reception.LostReply) Received.Add(key);
        return reception switch
        {
            Reception.Delivered => DeliveryOutcome.Delivered("250 ok"),
            Reception.LostReply => DeliveryOutcome.Retry("the connection was lost after the message"),
            Reception.TryLater => DeliveryOutcome.Retry("451 try later"),
            Reception.Refused => DeliveryOutcome.Refused("550 no such person"),
            Reception.Slow => throw new InvalidOperationException("a slow receiver has not answered yet"),
        };
    }

    private async Task<DeliveryOutcome> SlowAsync(Attempt attempt, CancellationToken cancellation)
    {
        slow.Add(attempt);
        using var giveUp = cancellation.Register(() =>
        {
            attempt.Told ??= DeliveryResult.Retry;
            attempt.Answer!.TrySetCanceled(cancellation);
        });
        return await attempt.Answer!.Task;
    }

    /// <summary>One slow receiver answers, whoever still waits for it: a message that has left arrives without its sender too.</summary>
    public void AnswerOne()
    {
        var attempt = slow[random.Next(slow.Count)];
        slow.Remove(attempt);
        var outcome = Receive(attempt.Key, IsKind || random.Next(2) == 0 ? Reception.Delivered : Reception.LostReply);
        if (!attempt.Process.IsGone) attempt.Answer!.TrySetResult(outcome);
    }
}
