using NodaTime;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.Catalog;

/// <summary>The map <c>people</c>: who can be paged, and how.</summary>
internal static class PeopleKeys
{
    private const int MethodsMax = 10;

    private static readonly Field<Uri> NtfyUrl = Configuration.Field.Required("url", "Server and topic.", Topic());
    private static readonly Field<SecretRef> NtfyToken = Configuration.Field.Optional("token", "Access token.", ConfigShapes.Secret, "none; the topic is open");
    private static readonly Field<string> MailAddress = Configuration.Field.Required("address", "Mail address.", Address());
    private static readonly Field<Uri> WebhookUrl = Configuration.Field.Required("url", "Address that takes a POST with JSON.", ConfigShapes.Url("https://hooks.example.org/tocsin"));
    private static readonly Field<SecretRef> WebhookSigning = Configuration.Field.Optional("signing",
        "Key of the HMAC-SHA-256 signature of each request.", ConfigShapes.Secret, "none; requests are not signed");

    private static readonly Field<IReadOnlyList<ContactMethod>> Ntfy = Configuration.Field.Optional("ntfy", "Topic of an ntfy server, or several.",
        Methods(Topic(), url => new ContactMethod.Ntfy(url, null), "ntfy topic", [NtfyUrl, NtfyToken],
            map => new ContactMethod.Ntfy(map.Get(NtfyUrl), map.Optional(NtfyToken))), "none");
    private static readonly Field<IReadOnlyList<ContactMethod>> Mail = Configuration.Field.Optional("mail", "Mail address, or several. Needs the section smtp.",
        Methods(Address(), address => new ContactMethod.Mail(address), "mail address", [MailAddress],
            map => new ContactMethod.Mail(map.Get(MailAddress))), "none");
    private static readonly Field<IReadOnlyList<ContactMethod>> Webhook = Configuration.Field.Optional("webhook", "Address that is told of each page, or several.",
        Methods(ConfigShapes.Url("https://hooks.example.org/tocsin"), url => new ContactMethod.Webhook(url, null), "webhook", [WebhookUrl, WebhookSigning],
            map => new ContactMethod.Webhook(map.Get(WebhookUrl), map.Optional(WebhookSigning))), "none");

    private static readonly Field<string> Name = Configuration.Field.Optional("name", "Name for people.", ConfigShapes.Text(80, "'Ana Lima'"), "the key");
    private static readonly Field<DateTimeZone> Zone = Configuration.Field.Optional("zone", "Time zone of times in messages to this person.", ConfigShapes.Zone, "the zone of the install");

    /// <summary>The models' keys and missing names are filled in by the section, which knows the entry's key.</summary>
    public static Field<IReadOnlyList<Entry<PersonModel>>> Field { get; } = Configuration.Field.Optional("people",
        "Who can be paged, by key. Methods are tried in the order in which they are written; more can be entered in the browser.",
        ConfigShapes.Named(CatalogSection.Person, CatalogSection.Person, ConfigShapes.Map("person", [Ntfy, Mail, Webhook, Name, Zone], ToModel), 5_000));

    private static PersonModel ToModel(ConfigMap map) => new()
    {
        Key = default,
        Name = map.Optional(Name) ?? "",
        Methods = [.. new[] { Ntfy, Mail, Webhook }.OrderBy(map.OrderOf).SelectMany(map.Items)],
        Zone = map.Optional(Zone)?.Id,
    };

    private static Shape<IReadOnlyList<ContactMethod>> Methods<T>(
        Shape<T> shortForm, Func<T, ContactMethod> create, string word, IReadOnlyList<Field> fields, Func<ConfigMap, ContactMethod?> build) =>
        ConfigShapes.OneOrMany(ConfigShapes.ShortOrLong(shortForm.Select(create), ConfigShapes.Map(word, fields, build)), MethodsMax);

    private static Shape<Uri> Topic() => ConfigShapes.Written("address of a topic", "the address of a topic such as https://ntfy.sh/my-secret-topic",
        text => ConfigShapes.ParseUrl(text) is { IsValid: true, Value: { AbsolutePath.Length: > 1, UserInfo: "" } url } ? url : Parsed<Uri>.Bad(""));

    private static Shape<string> Address() => ConfigShapes.Written("mail address", "a mail address such as ana@example.org", MailAddresses.Parse);
}
