namespace Tocsin.Kernel.Ports;

/// <summary>Where an intent of the ledger stands.</summary>
public enum DeliveryState { Due, Leased, Delivered, Failed, Withdrawn, Held }

/// <summary>An intent of the ledger as people look at it; what it says is not in it.</summary>
/// <param name="Attempts">Made so far.</param>
/// <param name="DueAt">When the next attempt is made; for an intent that ended, when its last was due.</param>
/// <param name="Outcome">The receiver's last words, or why it failed; null before the first attempt.</param>
/// <param name="EndedAt">Null while it has not ended.</param>
public sealed record DeliveryRow(
    long Id, string Kind, Subject Subject, DeliveryState State, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset DueAt, string? Outcome,
    DateTimeOffset? EndedAt);

/// <summary>The ledger as people look at it.</summary>
public interface IDeliveries
{
    /// <summary>Everything that has not ended, and what failed since a moment; newest first.</summary>
    /// <param name="limit">1 to 1,000.</param>
    Task<IReadOnlyList<DeliveryRow>> OpenAndFailedAsync(DateTimeOffset failedSince, int limit, CancellationToken cancellation = default);
}
