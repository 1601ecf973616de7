using System.Text.Json.Serialization;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Channels.Webhook;

/// <summary>The body of a webhook. Receivers ignore names that they do not know; names never change their meaning.</summary>
/// <param name="Version">1. Grows only when a receiver of the former version would misread the body.</param>
/// <param name="Type"><c>page</c>, <c>all-clear</c>, <c>taken</c>, <c>test</c> or <c>cannot-record</c>.</param>
/// <param name="Incident">Absent for <c>test</c> and <c>cannot-record</c>.</param>
/// <param name="Text">For people, under 1 kB, lines separated by LF.</param>
/// <param name="AckUrl">Opens the page that acknowledges with one tap. Only with <c>page</c> and <c>test</c>, and only with a public_url. Whoever has it can acknowledge.</param>
/// <param name="Person">Key of the person who is meant.</param>
internal sealed record WebhookBody(
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("incident")] WebhookIncident? Incident,
    [property: JsonPropertyName("title")] string Title,
    [property: JsonPropertyName("text")] string Text,
    [property: JsonPropertyName("ackUrl")] Uri? AckUrl,
    [property: JsonPropertyName("person")] string Person)
{
    public const int CurrentVersion = 1;

    public static WebhookBody Of(OutgoingMessage message) => new(
        CurrentVersion, TypeOf(message.Kind), message.Incident is { } incident ? WebhookIncident.Of(incident) : null,
        message.Subject, message.Brief, message.AckLink, message.Person.Value);

    private static string TypeOf(MessageKind kind) => kind switch
    {
        MessageKind.Page => "page",
        MessageKind.AllClear => "all-clear",
        MessageKind.Taken => "taken",
        MessageKind.SelfTest => "test",
        MessageKind.CannotRecord => "cannot-record",
    };
}

/// <param name="Id">Such as <c>INC-42</c>.</param>
/// <param name="Severity"><c>SEV1</c> to <c>SEV4</c>.</param>
/// <param name="Services">Names for people, worst first; may be empty.</param>
/// <param name="StartedAt">RFC 3339, UTC.</param>
/// <param name="Url">Absent while no public_url is configured.</param>
internal sealed record WebhookIncident(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("title")] string Title,
    [property: JsonPropertyName("severity")] string Severity,
    [property: JsonPropertyName("services")] IReadOnlyList<string> Services,
    [property: JsonPropertyName("startedAt")] DateTimeOffset StartedAt,
    [property: JsonPropertyName("url")] Uri? Url)
{
    public static WebhookIncident Of(MessageIncident incident) => new(
        incident.Id.ToString(), incident.Title, MessageWords.Of(incident.Severity), incident.Services,
        incident.StartedAt.ToUniversalTime(), incident.Url);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WebhookBody))]
internal sealed partial class WebhookJson : JsonSerializerContext;
