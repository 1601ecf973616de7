using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.Paging;

/// <summary>How mail leaves: <c>smtp</c>.</summary>
public sealed class PagingSection : IConfigSection
{
    private static readonly Field<string> Host = Field.Required("host", "Mail server.", ConfigShapes.Written("host", "a host name or address such as mail.example.org",
        text => text.Length is > 0 and <= 253 && Uri.CheckHostName(text) != UriHostNameType.Unknown ? text : Parsed<string>.Bad("")));
    private static readonly Field<int> Port = Field.Optional("port", "Port.", ConfigShapes.Integer(1, 65_535), "587 with starttls, 465 with tls, 25 with none");
    private static readonly Field<SmtpSecurity> Security = Field.WithDefault("security", "How the connection is encrypted.",
        ConfigShapes.Word(("starttls", SmtpSecurity.StartTls), ("tls", SmtpSecurity.Tls), ("none", SmtpSecurity.None)), "starttls");
    private static readonly Field<string> Username = Field.Optional("username", "Name to sign in with.", ConfigShapes.Text(254, "tocsin"), "no sign-in");
    private static readonly Field<SecretRef> Password = Field.Optional("password", "Password to sign in with.", ConfigShapes.Secret, "no sign-in");
    private static readonly Field<string> From = Field.Required("from", "Address of the sender.",
        ConfigShapes.Written("mail address", "a mail address such as tocsin@example.org", MailAddresses.Parse));

    private static readonly Field<SmtpModel> Smtp = Field.Optional("smtp", "The server that takes our mail.",
        ConfigShapes.Map("mail server", [Host, Port, Security, Username, Password, From], ToModel), "no mail");

    public IReadOnlyList<Field> Keys { get; } = [Smtp];

    public object Build(ConfigDraft draft)
    {
        var root = draft.Root;
        if (root.Has(Smtp) && !root.Has(CatalogSection.PublicUrl))
        {
            root.Warn(Smtp, $"is configured but there is no 'public_url': {CatalogSection.WithoutPublicUrl}");
        }
        foreach (var entry in root.Has(Smtp) ? [] : root.Items(CatalogSection.People).Where(HasMail))
        {
            draft.Error(entry.Place, $"people.{entry.Key} has a mail address but there is no section 'smtp', expected one with host: and from:");
        }
        return new PagingModel(root.Optional(Smtp));
    }

    public IEnumerable<ConfigItem> Items(object model) => ((PagingModel)model).Smtp is { } smtp
        ? [new ConfigItem("mail servers", smtp.Host, ("port", $"{smtp.Port}"), ("security", $"{smtp.Security}"), ("sender", smtp.From))] : [];

    private static bool HasMail(Entry<PersonModel> entry) => entry.Value.Methods.Any(method => method is ContactMethod.Mail);

    private static SmtpModel? ToModel(ConfigMap map)
    {
        if (map.Has(Username) != map.Has(Password))
        {
            var (written, missing) = map.Has(Username) ? (Username as Field, "password") : (Password, "username");
            map.Error(written, $"stands alone, expected '{missing}' beside it");
            return null;
        }
        var security = map.Get(Security);
        return new SmtpModel
        {
            Host = map.Get(Host),
            Port = map.OptionalValue(Port) ?? security switch { SmtpSecurity.StartTls => 587, SmtpSecurity.Tls => 465, SmtpSecurity.None => 25 },
            Security = security,
            Username = map.Optional(Username),
            Password = map.Optional(Password),
            From = map.Get(From),
        };
    }
}
