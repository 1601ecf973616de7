using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Init;
using Tocsin.Kernel;
using Tocsin.Paging;
using Tocsin.Server;

namespace Tocsin.Tests.Init;

public sealed class InitConfigurationTests
{
    private static readonly InitAnswers Shop = new("https://www.shop.example.org/front", "Ana Lima", new InitChannel("ntfy", "https://ntfy.sh/x-1"), "https://tocsin.example.org");

    private static ConfigReading Read(InitAnswers answers) =>
        new ConfigReader(Modules.Sections).ReadText("tocsin.yaml", InitConfiguration.Text(answers, "config"), DateTimeOffset.UnixEpoch);

    [Fact]
    public void Text_IsTheSmallestConfigurationAndValid()
    {
        var reading = Read(Shop);
        reading.Diagnostics.ShouldBeEmpty();
        var catalog = reading.Revision!.Catalog;
        catalog.NameOf(new PersonKey("ana-lima")).ShouldBe("Ana Lima");
        catalog.ServiceOrder.ShouldBe([new ServiceKey("shop.example.org")]);
        string[] lines = [.. InitConfiguration.Text(Shop, "config").Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
        lines.ShouldBe(["people:", "  ana-lima:", "    name: \"Ana Lima\"", "    ntfy: https://ntfy.sh/x-1  # whoever knows the topic reads along: keep it to yourself",
            "services:", "  shop.example.org: https://www.shop.example.org/front", "public_url: https://tocsin.example.org"]);
    }

    [Theory]
    [InlineData("localhost:25", "localhost", 25, SmtpSecurity.None)]
    [InlineData("127.0.0.1:2525", "127.0.0.1", 2525, SmtpSecurity.None)]
    [InlineData("mail.example.org", "mail.example.org", 587, SmtpSecurity.StartTls)]
    [InlineData("mail.example.org:465", "mail.example.org", 465, SmtpSecurity.Tls)]
    public void Text_Mail_HasTheServerWithEncryptionWhereItLeavesTheMachine(string server, string host, int port, SmtpSecurity security)
    {
        var smtp = Read(Shop with { Channel = new InitChannel("mail", "ana@example.org", server) }).Revision!.Get<PagingModel>().Smtp!;
        (smtp.Host, smtp.Port, smtp.Security, smtp.From).ShouldBe((host, port, security, "ana@example.org"));
    }

    [Theory]
    [InlineData("李雷", "me")]
    [InlineData("  Ana  Lima! ", "ana-lima")]
    [InlineData("ana", "ana")]
    [InlineData("\"; #: {", "me")]
    public void Text_AnyName_IsAKeyAndStaysTheName(string name, string key)
    {
        var answers = Shop with { Name = name };
        answers.Person.Value.ShouldBe(key);
        Read(answers).Revision!.Catalog.People.Single().Value.Name.ShouldBe(name);
    }

    [Theory]
    [InlineData("https://[2001:db8::1]:8443/", "site")]
    [InlineData("http://localhost:3000", "localhost")]
    [InlineData("https://Bücher.example", "xn--bcher-kva.example")]
    public void ServiceKey_OfAnyAddress_IsAKey(string url, string key)
    {
        Typed.ServiceKeyOf(url).ShouldBe(key);
        Read(Shop with { Url = url }).Errors.ShouldBeEmpty();
    }
}
