using System.Collections.Frozen;
using NodaTime;
using Tocsin.Catalog;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Channels;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Delivery;

/// <summary>Hands a message to the channel of a person's method.</summary>
internal sealed class Sender(IEnumerable<IChannel> channels, ContactBook contacts, IRevisions revisions, DeliveryTally tally)
{
    private readonly FrozenDictionary<string, IChannel> channels =
        channels.ToFrozenDictionary(channel => channel.Word, StringComparer.Ordinal);

    /// <param name="method">Name as in <see cref="NamedMethod"/>.</param>
    public async Task<DeliveryOutcome> SendAsync(OutgoingMessage message, string method, CancellationToken cancellation)
    {
        var known = await contacts.OfAsync(message.Person, cancellation);
        return known.FirstOrDefault(named => named.Name == method) is { } named
            ? await SendAsync(message, named.Method, cancellation)
            : DeliveryOutcome.Refused($"{revisions.Current.Catalog.NameOf(message.Person)} has no method {method} any more");
    }

    public async Task<DeliveryOutcome> SendAsync(OutgoingMessage message, ContactMethod to, CancellationToken cancellation) =>
        tally.Count(to.Word, channels.TryGetValue(to.Word, out var channel)
            ? await channel.SendAsync(message, to, cancellation)
            : DeliveryOutcome.Refused($"there is no channel for {to.Word}"));

    /// <summary>Zone in which a person reads times: their own, else the install's.</summary>
    public MessageReader ReaderOf(PersonKey person, string idempotencyKey, DateTimeOffset now)
    {
        var catalog = revisions.Current.Catalog;
        var zone = catalog.People.GetValueOrDefault(person)?.Zone ?? catalog.Zone;
        return new MessageReader(person, idempotencyKey, DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) ?? DateTimeZone.Utc, now);
    }

    /// <summary>The incident as messages tell it, with its page under the address of the install if there is one.</summary>
    public static MessageIncident Describe(Incident incident, Uri? publicUrl) =>
        new(incident.Id, incident.Title, incident.Severity, [.. incident.Services.Select(service => service.Name)],
            incident.StartedAt, publicUrl is null ? null : new Uri(publicUrl.GetLeftPart(UriPartial.Path).TrimEnd('/') + $"/incidents/{incident.Id}"));
}
