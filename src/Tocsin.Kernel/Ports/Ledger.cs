using Tocsin.Kernel.Facts;

namespace Tocsin.Kernel.Ports;

/// <summary>Something that must leave the process, written in the unit that decided it.</summary>
/// <param name="Kind">Which handler sends it. Shape of a key.</param>
/// <param name="IdempotencyKey">Names this intent for ever; the receiver can drop repeats by it. 1 to 200 characters.</param>
/// <param name="Subject">What it is about, for people who look at the ledger.</param>
/// <param name="Payload">JSON that the handler understands. Addresses are resolved at sending, not kept here.</param>
/// <param name="DueAt">Not before.</param>
/// <param name="Urgent">Pages go before everything else.</param>
public sealed record Intent(string Kind, string IdempotencyKey, Subject Subject, string Payload, DateTimeOffset DueAt, bool Urgent);

/// <summary>An intent taken for one attempt.</summary>
/// <param name="Attempt">One-based.</param>
public sealed record LedgerItem(
    long Id, string Kind, string IdempotencyKey, Subject Subject, string Payload, int Attempt, DateTimeOffset CreatedAt);

public enum DeliveryResult { Delivered, Retry, Refused, Overtaken }

/// <summary>What came of one attempt.</summary>
/// <param name="Text">The receiver's own words, or why it failed; at most 300 characters are kept.</param>
public sealed record DeliveryOutcome(DeliveryResult Result, string Text)
{
    public static DeliveryOutcome Delivered(string receipt) => new(DeliveryResult.Delivered, receipt);
    /// <summary>May work later: no connection, time-out, 4yz of SMTP, 5xx of HTTP.</summary>
    public static DeliveryOutcome Retry(string why) => new(DeliveryResult.Retry, why);
    /// <summary>Will not work: no such address, bad credentials, 5yz of SMTP, 4xx of HTTP.</summary>
    public static DeliveryOutcome Refused(string why) => new(DeliveryResult.Refused, why);
    /// <summary>Not sent, because it is no longer true or wanted: the incident ended before its turn came.</summary>
    public static DeliveryOutcome Overtaken(string why) => new(DeliveryResult.Overtaken, why);
}

/// <summary>Sends one kind of intent.</summary>
public interface ILedgerHandler
{
    string Kind { get; }

    /// <summary>Attempts before <see cref="DeliveryResult.Retry"/> counts as refused.</summary>
    int AttemptsMax => 8;

    /// <summary>One attempt, outside of any unit. Ends by itself within 30 s; expected failures are outcomes.</summary>
    Task<DeliveryOutcome> SendAsync(LedgerItem item, CancellationToken cancellation);

    /// <summary>Writes what the attempt means, in the unit that ends or reschedules it.</summary>
    /// <param name="isFinal">True when no further attempt follows.</param>
    ValueTask SettleAsync(ITx tx, LedgerItem item, DeliveryOutcome outcome, bool isFinal, DateTimeOffset now);
}

/// <summary>Changes to intents from inside a unit.</summary>
public interface ILedger
{
    /// <summary>Ends intents that have not been sent, aloud. An attempt under way is not recalled, but no other follows it.</summary>
    /// <returns>Number of intents withdrawn, without those under way.</returns>
    Task<int> WithdrawAsync(ITx tx, string kind, Subject subject, string why, DateTimeOffset now);

    Task<LedgerState> StateAsync(CancellationToken cancellation = default);
}

/// <summary>Counts for health, metrics and the settings page.</summary>
/// <param name="OldestDueAt">Due time of the oldest intent that waits; null when none waits.</param>
public sealed record LedgerState(int Waiting, int Leased, int Held, int FailedLastDay, DateTimeOffset? OldestDueAt);

/// <summary>An intent that a restored backup brought back; it is sent only when a person says so.</summary>
public sealed record HeldIntent(long Id, string Kind, Subject Subject, DateTimeOffset WasDueAt);

/// <summary>What a person does with the intents that a restore holds.</summary>
public interface IHeldIntents
{
    /// <param name="limit">1 to 1,000.</param>
    /// <returns>Oldest first.</returns>
    Task<IReadOnlyList<HeldIntent>> ListAsync(int limit, CancellationToken cancellation = default);

    /// <summary>Makes it due now.</summary>
    /// <returns>False when it is not held.</returns>
    Task<bool> ReleaseAsync(ITx tx, long id, DateTimeOffset now);

    /// <summary>Ends it without sending.</summary>
    /// <returns>False when it is not held.</returns>
    Task<bool> DropAsync(ITx tx, long id, string why, DateTimeOffset now);
}
