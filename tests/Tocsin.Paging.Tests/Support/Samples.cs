using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NodaTime;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Tests.Support;

internal static class Samples
{
    public static readonly DateTimeOffset Now = new(2025, 3, 4, 1, 17, 30, TimeSpan.Zero);
    public static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
    public static readonly PersonKey Ada = new("ada");
    public static readonly Uri AckLink = new("https://tocsin.example.org/ack/" + new string('k', 82));

    public static MessageReader Reader(string key = "page/9") => new(Ada, key, Berlin, Now);

    public static readonly MessageIncident Incident = new(
        new IncidentId(42), "Api answers 500", Severity.Sev2, ["Api", "Checkout"], Now.AddSeconds(-263),
        new Uri("https://tocsin.example.org/incidents/INC-42"));

    public static PageContent PageContent(MessageIncident? incident = null) => new()
    {
        Incident = incident ?? Incident,
        State = "100 % of checks from 3 of 3 locations fail: HTTP 500.",
        Changes = ["02:10:02 deploy/812 on api by grace, 3 min before"],
        AlsoPaged = ["Grace in 5 min", "everyone in 10 min"],
        Why = "you are primary on call; next: Grace in 5 min",
        AckLink = AckLink,
    };

    /// <summary>Angle brackets of the HTML of <see cref="PageContent"/>, which no words in it may change.</summary>
    public static readonly int PageContentElements = Page().Html.Count(c => c == '<');

    public static OutgoingMessage Page(MessageIncident? incident = null, string key = "page/9") =>
        PageMessages.Page(PageContent(incident), Reader(key));

    public static OutgoingMessage AllClear() =>
        PageMessages.AllClear(new AllClearContent(Incident, Now.AddSeconds(-120), "The checks have been up again for 2 min."), Reader("told/9"));

    public static OutgoingMessage Taken() => PageMessages.Taken(new TakenContent(Incident, "Grace", Now.AddSeconds(-5)), Reader("taken/9"));

    public static OutgoingMessage CannotRecord() => PageMessages.CannotRecord(
        new CannotRecordContent("disk full", Now.AddSeconds(-12), ["api-http", "store-tcp", "web"], new Uri("https://tocsin.example.org/")),
        Reader("unrecorded/1"));

    public static IRevisions Revisions(SmtpModel? smtp = null, bool allowLinkLocal = false) => new FixedRevisions(new Revision(
        "0123456789ab", Now, "file",
        [new PagingModel(smtp), new ServerModel { TrustedProxies = [], AllowLinkLocal = allowLinkLocal }]));

    /// <summary>A certificate for localhost that vouches for itself.</summary>
    public static X509Certificate2 Certificate(string name = "localhost", int validDays = 2)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var real = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(real.AddDays(validDays - 10), real.AddDays(validDays));
    }
}
