using System.Text.Json;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Channels.Ntfy;

/// <summary>Pages through an ntfy server, the shortest way to a telephone that one can host oneself.</summary>
internal sealed class NtfyChannel(HttpPost http) : IChannel
{
    public string Word => "ntfy";

    public async Task<DeliveryOutcome> SendAsync(OutgoingMessage message, ContactMethod to, CancellationToken cancellation)
    {
        var method = (ContactMethod.Ntfy)to;
        if (!NtfyTopic.Parse(method.Url).TryGet(out var topic, out var error))
            return DeliveryOutcome.Refused($"the ntfy address of {message.Person} cannot be used: {error}");
        if (!TokenOf(method).TryGet(out var token, out error))
            return DeliveryOutcome.Refused($"the ntfy token of {message.Person} cannot be used: {error}");

        var headers = new Dictionary<string, string>();
        if (token is not null) headers["Authorization"] = $"Bearer {token.Reveal()}";
        var json = JsonSerializer.SerializeToUtf8Bytes(NtfyMessage.Of(message, topic.Name), NtfyJson.Default.NtfyMessage);
        var answer = await http.PostAsync(topic.Server, json, headers, cancellation);
        return answer.Outcome.Result == DeliveryResult.Delivered
            ? DeliveryOutcome.Delivered(ReceiptOf(answer))
            : answer.Outcome with { Text = new Redaction(topic.Name, token?.Reveal()).Apply(answer.Outcome.Text) };
    }

    private static Parsed<Secret?> TokenOf(ContactMethod.Ntfy method)
    {
        if (method.Token is null) return Parsed<Secret?>.Of(null);
        if (!method.Token.Resolve().TryGet(out var token, out var error)) return Parsed<Secret?>.Bad(error);
        return token.Reveal() is { Length: > 0 } text && text.All(c => c is > ' ' and <= '~')
            ? token : Parsed<Secret?>.Bad("it must be visible ASCII characters");
    }

    private static string ReceiptOf(HttpAnswer answer)
    {
        try
        {
            if (JsonSerializer.Deserialize(answer.Body.Span, NtfyJson.Default.NtfyReceipt) is { Id: { Length: > 0 and <= 64 } id })
                return Redaction.OneLine($"ntfy {id}");
        }
        catch (JsonException)
        {
            // Taken all the same: the status says so, only the name of the message is missing.
        }
        return answer.Outcome.Text;
    }
}
