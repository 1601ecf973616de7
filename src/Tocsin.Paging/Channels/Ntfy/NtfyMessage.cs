using System.Text.Json.Serialization;
using Tocsin.Kernel.Facts;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Channels.Ntfy;

/// <summary>The body of <c>POST /</c> of an ntfy server.</summary>
/// <param name="Topic">Works as a password.</param>
/// <param name="Priority">1 (lowest) to 5 (rings through).</param>
/// <param name="Click">Opened by a tap on the notification.</param>
internal sealed record NtfyMessage(
    [property: JsonPropertyName("topic")] string Topic,
    [property: JsonPropertyName("title")] string Title,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("priority")] int Priority,
    [property: JsonPropertyName("tags")] IReadOnlyList<string> Tags,
    [property: JsonPropertyName("click")] Uri? Click,
    [property: JsonPropertyName("actions")] IReadOnlyList<NtfyAction>? Actions)
{
    public static NtfyMessage Of(OutgoingMessage message, string topic) => new(
        topic, message.Subject, message.Brief, PriorityOf(message), TagsOf(message), message.Incident?.Url,
        // "view" opens the page that asks for one tap: a request made by the notification itself would acknowledge
        // for whoever brushes the screen in a pocket.
        message.AckLink is { } link ? [new NtfyAction("view", "Acknowledge", link)] : null);

    private static int PriorityOf(OutgoingMessage message) => message.Kind switch
    {
        MessageKind.Page => message.Incident?.Severity is Severity.Sev1 or Severity.Sev2 ? 5 : 4,
        MessageKind.CannotRecord => 5,
        MessageKind.SelfTest => 4,
        MessageKind.AllClear or MessageKind.Taken => 3,
    };

    private static string[] TagsOf(OutgoingMessage message) => message.Kind switch
    {
        MessageKind.Page => ["rotating_light", SeverityTag(message)],
        MessageKind.CannotRecord => ["warning"],
        MessageKind.SelfTest => ["bell"],
        MessageKind.AllClear => ["white_check_mark"],
        MessageKind.Taken => ["raising_hand"],
    };

    private static string SeverityTag(OutgoingMessage message) => $"sev{(int)(message.Incident?.Severity ?? Severity.Sev4)}";
}

internal sealed record NtfyAction(
    [property: JsonPropertyName("action")] string Action,
    [property: JsonPropertyName("label")] string Label,
    [property: JsonPropertyName("url")] Uri Url);

/// <summary>What ntfy says when it has taken a message.</summary>
internal sealed record NtfyReceipt([property: JsonPropertyName("id")] string? Id);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NtfyMessage))]
[JsonSerializable(typeof(NtfyReceipt))]
internal sealed partial class NtfyJson : JsonSerializerContext;
