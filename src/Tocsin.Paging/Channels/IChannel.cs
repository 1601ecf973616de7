using Tocsin.Catalog;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Channels;

/// <summary>One way to reach a person. Holds no state between sends; safe for concurrent use.</summary>
internal interface IChannel
{
    /// <summary>The <see cref="ContactMethod.Word"/> that it serves.</summary>
    string Word { get; }

    /// <summary>One attempt, ended by itself within 30 s.</summary>
    /// <param name="to">Of the kind named by <see cref="Word"/>; another kind is a bug.</param>
    /// <returns>The provider's own words or why it failed, at most 300 characters, without address, topic or secret.</returns>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellation"/> asks for it.</exception>
    Task<DeliveryOutcome> SendAsync(OutgoingMessage message, ContactMethod to, CancellationToken cancellation);
}
