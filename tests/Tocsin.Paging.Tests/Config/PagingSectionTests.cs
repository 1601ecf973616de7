using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;

namespace Tocsin.Paging.Tests;

public sealed class PagingSectionTests
{
    private const string Url = "public_url: https://t.example.org\n";

    private static ConfigReading Read(string text) =>
        new ConfigReader([new CatalogSection(), new PagingSection()]).ReadText("t.yaml", text, DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData("", SmtpSecurity.StartTls, 587)]
    [InlineData(", security: tls", SmtpSecurity.Tls, 465)]
    [InlineData(", security: none", SmtpSecurity.None, 25)]
    [InlineData(", security: none, port: 2525", SmtpSecurity.None, 2525)]
    public void Read_Section_FillsTheModel(string more, SmtpSecurity security, int port)
    {
        var reading = Read(Url + $"smtp: {{host: mail.example.org, from: t@example.org, username: t, password: '${{env:PASSWORD}}'{more}}}\n");
        reading.Diagnostics.ShouldBeEmpty();
        var smtp = reading.Revision!.Get<PagingModel>().Smtp!;
        (smtp.Host, smtp.Port, smtp.Security, smtp.From, smtp.Username, smtp.Password!.Env)
            .ShouldBe(("mail.example.org", port, security, "t@example.org", "t", "PASSWORD"));
    }

    [Fact]
    public void Read_NoSection_IsNoMail() => Read("").Revision!.Get<PagingModel>().Smtp.ShouldBeNull();

    [Theory]
    [InlineData(Url + "smtp: {from: t@example.org}", "t.yaml:2:7: smtp has no 'host', expected a host name or address such as mail.example.org")]
    [InlineData(Url + "smtp: {host: m.example.org, from: t@example.org, securty: tls}", "t.yaml:2:50: smtp has the unknown key 'securty', did you mean 'security'?")]
    [InlineData(Url + "smtp: {host: m.example.org, from: t@example.org, username: x}", "t.yaml:2:60: smtp.username stands alone, expected 'password' beside it")]
    [InlineData(Url + "smtp: {host: m.example.org, from: Tocsin <t@example.org>}", "t.yaml:2:35: smtp.from is 'Tocsin <t@example.org>', expected a mail address such as tocsin@example.org")]
    [InlineData("smtp: {host: m.example.org, from: t@example.org}", "t.yaml:1:7: warning: smtp is configured but there is no 'public_url': messages carry no link to acknowledge by; expected the address of this install such as https://tocsin.example.org")]
    [InlineData(Url + "people:\n  me: {mail: me@example.org}", "t.yaml:3:3: people.me has a mail address but there is no section 'smtp', expected one with host: and from:")]
    public void Read_Mistake_SaysWhatIsWrong(string text, string expected) =>
        Read(text).Diagnostics.Select(found => found.ToString()).ShouldBe([expected]);

    [Fact]
    public void Read_PasswordInTheFile_IsWarnedAboutAndNeverShown()
    {
        var reading = Read(Url + "smtp: {host: m.example.org, from: t@example.org, username: x, password: hunter2}");
        reading.Diagnostics.Single().ToString().ShouldBe("t.yaml:2:73: warning: smtp.password holds a secret in the file, better ${env:NAME} or ${file:/path}");
        reading.Revision!.Get<PagingModel>().ToString().ShouldNotContain("hunter2");
    }
}
