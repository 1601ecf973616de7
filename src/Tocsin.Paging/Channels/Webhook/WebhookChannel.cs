using System.Text.Json;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Channels.Webhook;

/// <summary>Tells a program of the person's own. Body: <see cref="WebhookBody"/>; signature: <see cref="WebhookSignature"/>.</summary>
internal sealed class WebhookChannel(HttpPost http, TimeProvider clock) : IChannel
{
    /// <summary>The same for each attempt of one intent: the receiver drops repeats by it.</summary>
    public const string DeliveryHeader = "Tocsin-Delivery";

    public string Word => "webhook";

    public async Task<DeliveryOutcome> SendAsync(OutgoingMessage message, ContactMethod to, CancellationToken cancellation)
    {
        var method = (ContactMethod.Webhook)to;
        if (!SigningOf(method).TryGet(out var key, out var error))
            return DeliveryOutcome.Refused($"the signing key of {message.Person}'s webhook is missing: {error}");

        var body = JsonSerializer.SerializeToUtf8Bytes(WebhookBody.Of(message), WebhookJson.Default.WebhookBody);
        var headers = new Dictionary<string, string> { [DeliveryHeader] = message.IdempotencyKey };
        if (key is not null) headers[WebhookSignature.Header] = WebhookSignature.Of(key, clock.GetUtcNow(), body);
        var answer = await http.PostAsync(method.Url, body, headers, cancellation);
        // Addresses of webhooks often carry their password in the path.
        var path = method.Url.AbsolutePath.Length > 1 ? method.Url.AbsolutePath : null;
        var hidden = new Redaction(key?.Reveal(), path, method.Url.Query);
        return answer.Outcome with { Text = hidden.Apply(answer.Outcome.Text) };
    }

    private static Parsed<Secret?> SigningOf(ContactMethod.Webhook method)
    {
        if (method.Signing is null) return Parsed<Secret?>.Of(null);
        return method.Signing.Resolve().TryGet(out var key, out var error) ? key : Parsed<Secret?>.Bad(error);
    }
}
