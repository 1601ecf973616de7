using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.Catalog.Tests.Configuration;

public sealed class ConfigReaderTests
{
    [Fact]
    public void Read_SmallestFile_IsAWholeConfiguration()
    {
        var reading = Reading.Of(Reading.Smallest);

        reading.Diagnostics.ShouldBeEmpty();
        var catalog = reading.Revision!.Catalog;
        catalog.PublicUrl.ShouldBe(new Uri("https://tocsin.example.org"));
        catalog.Zone.ShouldBe("UTC");
        catalog.Services[new ServiceKey("shop")].Name.ShouldBe("shop");
        catalog.People[new PersonKey("me")].Methods.ShouldBe([new ContactMethod.Ntfy(new Uri("https://ntfy.sh/topic"), null)]);
        reading.Revision.Get<Reading.Addresses>().Urls.ShouldBe([new Uri("https://shop.example.org")]);
        reading.Revision.Get<ServerModel>().AllowLinkLocal.ShouldBeFalse();
        reading.Revision.Hash.Length.ShouldBe(12);
    }

    [Fact]
    public void Read_LongForms_FillTheModel()
    {
        var reading = Reading.Of(
            """
            public_url: https://tocsin.example.org
            zone: Europe/Berlin
            people:
              ana:
                name: Ana Lima
                webhook: {url: 'https://hooks.example.org/x', signing: '${file:/run/secret}'}
                mail: [ana@example.org, {address: ana@home.example}]
                ntfy: {url: 'https://ntfy.sh/topic', token: '${env:NTFY}'}
                zone: America/New_York
            services:
              shop: {name: Shop, description: Takes orders, depends_on: [api, api], escalation: default}
              api: {url: 'https://api.example.org', depends_on: db}
              db:
            escalation_unused:
            """.Replace("escalation: default", "", StringComparison.Ordinal).Replace("\nescalation_unused:", "", StringComparison.Ordinal));

        reading.Diagnostics.ShouldBeEmpty();
        var catalog = reading.Revision!.Catalog;
        catalog.ServiceOrder.Select(key => key.Value).ShouldBe(["shop", "api", "db"]);
        catalog.Services[new ServiceKey("shop")].DependsOn.ShouldBe([new ServiceKey("api")]);
        catalog.DependenciesOf(new ServiceKey("shop")).Select(key => key.Value).ShouldBe(["api", "db"]);
        var ana = catalog.People[new PersonKey("ana")];
        (ana.Name, ana.Zone).ShouldBe(("Ana Lima", "America/New_York"));
        ana.Methods.Select(method => method.Word).ShouldBe(["webhook", "mail", "mail", "ntfy"]);
        ((ContactMethod.Ntfy)ana.Methods[3]).Token!.Env.ShouldBe("NTFY");
        ((ContactMethod.Webhook)ana.Methods[0]).Signing!.File.ShouldBe("/run/secret");
    }

    [Fact]
    public void Read_ServerKeys_FillTheServerModel()
    {
        var reading = Reading.Of(
            """
            listen_public: http://127.0.0.1:8081
            tls: {certificate: /c.pem, key: /k.pem}
            trusted_proxies: [10.0.0.0/8, '::1']
            heartbeat_to: https://hc.example.org/x
            allow_link_local: true
            database: ${env:DATABASE}
            """);

        reading.Diagnostics.ShouldBeEmpty();
        var server = reading.Revision!.Get<ServerModel>();
        server.ListenPublic!.Port.ShouldBe(8081);
        (server.TlsCertificateFile, server.TlsKeyFile, server.AllowLinkLocal).ShouldBe(("/c.pem", "/k.pem", true));
        server.TrustedProxies.ShouldBe(["10.0.0.0/8", "::1"]);
        server.Database!.ToString().ShouldBe("${env:DATABASE}");
    }

    [Fact]
    public void Read_EmptyFile_IsAnEmptyConfiguration() => Reading.Of("# nothing yet\n").Revision!.Catalog.Services.ShouldBeEmpty();

    [Fact]
    public void Read_TypographyOfTheText_DoesNotChangeTheHash()
    {
        var one = Reading.Of(Reading.Smallest).Revision!.Hash;
        Reading.Of("# a comment\n" + Reading.Smallest.Replace("{ntfy: https://ntfy.sh/topic}", "\n    ntfy: 'https://ntfy.sh/topic'", StringComparison.Ordinal))
            .Revision!.Hash.ShouldBe(one);
        Reading.Of(Reading.Smallest.Replace("shop:", "shopp:", StringComparison.Ordinal)).Revision!.Hash.ShouldNotBe(one);
    }

    [Fact]
    public void Read_DirectoryOfFiles_JoinsTheSections()
    {
        var (reading, found) = Reading.OfFiles(
            ("10-people.yaml", "public_url: https://t.example.org\npeople:\n  me: {ntfy: https://ntfy.sh/x}\n"),
            ("20-shop.yml", "services:\n  shop: {depends_on: api}\n"),
            ("30-api.yaml", "services:\n  api: https://api.example.org\n"),
            (".hidden.yaml", "garbage: ["),
            ("notes.txt", "garbage: ["));

        found.ShouldBeEmpty();
        reading.Revision!.Catalog.ServiceOrder.Select(key => key.Value).ShouldBe(["shop", "api"]);
    }

    [Fact]
    public void Read_Masked_TextReadsBackToTheSameConfiguration()
    {
        var reading = Reading.Of(
            """
            public_url: https://tocsin.example.org
            people:
              ana: {ntfy: {url: 'https://ntfy.sh/topic', token: "hunter2-ntfy"}, name: "Ana \"the\" Lima: \u0041 # no"}
            services:
              shop: https://user:hunter2-url@shop.example.org
              # password: hunter2-comment
            database: Host=db;Password=hunter2-db
            """);

        reading.Text.ShouldNotContain("hunter2");
        reading.Text.ShouldContain("https://***@shop.example.org");
        var again = Reading.Of(reading.Text);
        again.Errors.ShouldBeEmpty();
        again.Text.ShouldBe(reading.Text);
        again.Revision!.Hash.ShouldBe(reading.Revision!.Hash);
        again.Revision.Catalog.People[new PersonKey("ana")].Name.ShouldBe("Ana \"the\" Lima: A # no");
        again.Fingerprint.ShouldNotBe(reading.Fingerprint);
    }
}
