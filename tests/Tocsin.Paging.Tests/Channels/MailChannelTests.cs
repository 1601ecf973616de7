using System.Text;
using Tocsin.Catalog;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Channels;
using Tocsin.Paging.Channels.Mail;
using Tocsin.Paging.Messages;
using Tocsin.Paging.Tests.Support;

namespace Tocsin.Paging.Tests.Channels;

public sealed class MailChannelTests
{
    private static readonly ContactMethod.Mail Ada = new("ada.lovelace@example.org");
    private static readonly string[] Moments = ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "END"];

    public static TheoryData<string> EachMoment => [.. Moments];

    private static SmtpModel Smtp(ScriptedSmtpServer server, SmtpSecurity security = SmtpSecurity.None, bool logsIn = false) => new()
    {
        Host = "localhost",
        Port = server.Port,
        Security = security,
        From = "tocsin@example.org",
        Username = logsIn ? "tocsin" : null,
        Password = logsIn ? SecretRef.InPlace("pa55-word-x") : null,
    };

    private static async Task<DeliveryOutcome> SendAsync(
        ScriptedSmtpServer server, SmtpModel? smtp = null, TimeProvider? clock = null, ContactMethod? to = null,
        bool trusts = true, CancellationToken cancellation = default)
    {
        var channel = new MailChannel(
            Samples.Revisions(smtp ?? Smtp(server)), clock ?? new ManualClock(Samples.Now),
            authorities: trusts && server.Certificate is { } certificate ? [certificate] : null);
        return await channel.SendAsync(Samples.Page(), to ?? Ada, cancellation);
    }

    [Fact]
    public async Task Send_PlainServer_DeliversWithTheServersReceipt()
    {
        await using var server = new ScriptedSmtpServer().Start();
        var outcome = await SendAsync(server);
        outcome.ShouldBe(DeliveryOutcome.Delivered("250 2.0.0 Ok: queued as 4711"));
        server.Commands.ShouldBe(
            ["EHLO [127.0.0.1]", "MAIL FROM:<tocsin@example.org>", "RCPT TO:<ada.lovelace@example.org>", "DATA", "QUIT"]);
    }

    [Fact]
    public async Task Send_Mail_ReadsBackAsWritten()
    {
        await using var server = new ScriptedSmtpServer().Start();
        await SendAsync(server);
        var mail = ReceivedMail.Parse(server.Mails.ShouldHaveSingleItem());
        var message = Samples.Page();
        mail["From"].ShouldBe("Tocsin <tocsin@example.org>");
        mail["To"].ShouldBe("<ada.lovelace@example.org>");
        mail["Subject"].ShouldBe("[SEV2] Api answers 500 · INC-42");
        mail["Date"].ShouldBe("Tue, 04 Mar 2025 01:17:30 +0000");
        mail["Auto-Submitted"].ShouldBe("auto-generated");
        mail["X-Tocsin-Incident"].ShouldBe("INC-42");
        mail["Importance"].ShouldBe("high");
        mail.Text.TrimEnd('\n').ShouldBe(message.Text.TrimEnd('\n'));
        mail.Html.TrimEnd('\n').ShouldBe(message.Html.TrimEnd('\n'));
        server.RawMails.Single().ShouldAllBe(c => c < 128);
        server.RawMails.Single().Split("\r\n").ShouldAllBe(line => line.Length <= 78);
    }

    [Fact]
    public async Task Send_LinesOfDots_ArriveAsTheyAre()
    {
        await using var server = new ScriptedSmtpServer().Start();
        var message = PageMessages.Page(
            Samples.PageContent(Samples.Incident with { Title = "..two" }) with { State = "." }, Samples.Reader());
        await new MailChannel(Samples.Revisions(Smtp(server)), TimeProvider.System).SendAsync(message, Ada, default);
        message.Text.ShouldContain("\n.\n");
        server.RawMails.Single().ShouldContain("\r\n..\r\n");
        server.RawMails.Single().ShouldContain("\r\n...two\r\n");
        ReceivedMail.Parse(server.Mails.Single()).Text.TrimEnd('\n').ShouldBe(message.Text.TrimEnd('\n'));
    }

    [Fact]
    public void Write_OneIncident_IsOneThreadOfDifferentMails()
    {
        var from = Mailbox.Parse("t@example.org").Value;
        ReceivedMail Written(OutgoingMessage message) =>
            ReceivedMail.Parse(Encoding.UTF8.GetString(MailText.Write(message, from, from, Samples.Now)));
        var (page, again, clear) = (Written(Samples.Page()), Written(Samples.Page()), Written(Samples.AllClear()));
        again["Message-ID"].ShouldBe(page["Message-ID"]);
        clear["Message-ID"].ShouldNotBe(page["Message-ID"]);
        clear["References"].ShouldBe(page["References"]);
        clear["In-Reply-To"].ShouldBe(page["In-Reply-To"]);
        Written(Samples.Page(Samples.Incident with { Id = new(43) }))["References"].ShouldNotBe(page["References"]);
        clear.Headers.ShouldNotContain(header => header.Key == "Importance");
    }

    [Fact]
    public async Task Send_LongWords_AreCutToWhatTheJournalKeeps()
    {
        await using var server = new ScriptedSmtpServer().Start();
        server.Answers["RCPT"] = string.Join("\r\n", Enumerable.Repeat("550-5.1.1 " + new string('x', 90), 20)) + "\r\n550 5.1.1 end";
        var outcome = await SendAsync(server);
        outcome.Text.Length.ShouldBe(Redaction.LengthMax);
        outcome.Text.ShouldEndWith("…");
    }

    [Fact]
    public async Task Send_ImplicitTls_Delivers()
    {
        using var certificate = Samples.Certificate();
        await using var server = new ScriptedSmtpServer { ImplicitTls = true, Certificate = certificate }.Start();
        var outcome = await SendAsync(server, Smtp(server, SmtpSecurity.Tls));
        outcome.Result.ShouldBe(DeliveryResult.Delivered);
        server.WasSecure.ShouldBeTrue();
    }

    [Fact]
    public async Task Send_StartTls_GreetsAgainWithinTls()
    {
        using var certificate = Samples.Certificate();
        await using var server = new ScriptedSmtpServer { Offers = ["STARTTLS"], Certificate = certificate }.Start();
        var outcome = await SendAsync(server, Smtp(server, SmtpSecurity.StartTls));
        outcome.Result.ShouldBe(DeliveryResult.Delivered);
        server.WasSecure.ShouldBeTrue();
        server.Commands.Take(3).ShouldBe(["EHLO [127.0.0.1]", "STARTTLS", "EHLO [127.0.0.1]"]);
    }

    [Fact]
    public async Task Send_StartTlsNotOffered_IsRefusedBeforeTheAddressIsTold()
    {
        await using var server = new ScriptedSmtpServer().Start();
        var outcome = await SendAsync(server, Smtp(server, SmtpSecurity.StartTls));
        outcome.Result.ShouldBe(DeliveryResult.Refused);
        outcome.Text.ShouldContain("does not offer STARTTLS");
        server.Commands.ShouldBe(["EHLO [127.0.0.1]", "QUIT"]);
    }

    [Fact]
    public async Task Send_WordsBetweenStartTlsAndTls_AreNotBelieved()
    {
        using var certificate = Samples.Certificate();
        await using var server = new ScriptedSmtpServer { Offers = ["STARTTLS"], Certificate = certificate }.Start();
        server.Answers["STARTTLS"] = "220 go\r\n250 injected";
        var outcome = await SendAsync(server, Smtp(server, SmtpSecurity.StartTls));
        outcome.Result.ShouldBe(DeliveryResult.Retry);
        outcome.Text.ShouldContain("spoke between STARTTLS and TLS");
    }

    [Theory]
    [InlineData("localhost", 2, false, "does not trust who signed it")]
    [InlineData("localhost", -1, true, "it is valid from")]
    [InlineData("other.example.org", 2, true, "it is for CN=other.example.org")]
    public async Task Send_BadCertificate_IsRefusedWithTheReason(string name, int validDays, bool trusts, string reason)
    {
        using var certificate = Samples.Certificate(name, validDays);
        await using var server = new ScriptedSmtpServer { ImplicitTls = true, Certificate = certificate }.Start();
        var outcome = await SendAsync(server, Smtp(server, SmtpSecurity.Tls, logsIn: true), trusts: trusts);
        outcome.Result.ShouldBe(DeliveryResult.Refused, outcome.Text);
        outcome.Text.ShouldContain(reason);
        server.Commands.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_TlsToAPlainServer_IsRetriedWithReason()
    {
        await using var server = new ScriptedSmtpServer().Start();
        var outcome = await SendAsync(server, Smtp(server, SmtpSecurity.Tls));
        outcome.Result.ShouldBe(DeliveryResult.Retry);
        outcome.Text.ShouldContain("TLS could not be agreed");
    }

    [Fact]
    public async Task Send_AuthPlain_SaysBothInOneLine()
    {
        await using var server = new ScriptedSmtpServer { Offers = ["AUTH LOGIN PLAIN"] }.Start();
        (await SendAsync(server, Smtp(server, logsIn: true))).Result.ShouldBe(DeliveryResult.Delivered);
        var auth = server.Commands.Single(line => line.StartsWith("AUTH", StringComparison.Ordinal));
        Encoding.UTF8.GetString(Convert.FromBase64String(auth["AUTH PLAIN ".Length..])).ShouldBe("\0tocsin\0pa55-word-x");
    }

    [Fact]
    public async Task Send_AuthLoginOnly_SaysThemInTurn()
    {
        await using var server = new ScriptedSmtpServer { Offers = ["AUTH=LOGIN"] }.Start();
        (await SendAsync(server, Smtp(server, logsIn: true))).Result.ShouldBe(DeliveryResult.Delivered);
        server.Commands.Skip(2).Take(2).Select(line => Encoding.UTF8.GetString(Convert.FromBase64String(line)))
            .ShouldBe(["tocsin", "pa55-word-x"]);
    }

    [Theory]
    [InlineData("AUTH XOAUTH2", "offers AUTH XOAUTH2")]
    [InlineData("8BITMIME", "offers no AUTH")]
    public async Task Send_NoLoginThatWeSpeak_IsRefused(string offer, string reason)
    {
        await using var server = new ScriptedSmtpServer { Offers = [offer] }.Start();
        var outcome = await SendAsync(server, Smtp(server, logsIn: true));
        outcome.Result.ShouldBe(DeliveryResult.Refused);
        outcome.Text.ShouldContain(reason);
    }

    [Fact]
    public async Task Send_WrongPassword_IsRefusedAndNothingSecretIsRepeated()
    {
        await using var server = new ScriptedSmtpServer { Offers = ["AUTH PLAIN"] }.Start();
        var told = Convert.ToBase64String(Encoding.UTF8.GetBytes("\0tocsin\0pa55-word-x"));
        server.Answers["AUTH"] = $"535 5.7.8 bad: {told} pa55-word-x";
        var outcome = await SendAsync(server, Smtp(server, logsIn: true));
        outcome.ShouldBe(DeliveryOutcome.Refused("535 5.7.8 bad: *** ***"));
    }

    [Fact]
    public async Task Send_UserWithoutPassword_IsRefusedBeforeConnecting()
    {
        await using var server = new ScriptedSmtpServer().Start();
        var outcome = await SendAsync(server, Smtp(server, logsIn: true) with { Password = null });
        outcome.Result.ShouldBe(DeliveryResult.Refused);
        server.Commands.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(EachMoment))]
    public async Task Send_FourYz_IsRetriedWithTheServersWords(string moment)
    {
        await using var server = new ScriptedSmtpServer().Start();
        server.Answers[moment] = "451-4.7.1 try again\r\n451 4.7.1 later please";
        (await SendAsync(server)).ShouldBe(DeliveryOutcome.Retry("451 4.7.1 try again later please"));
    }

    [Theory, MemberData(nameof(EachMoment))]
    public async Task Send_FiveYz_IsRefusedWithTheServersWords(string moment)
    {
        await using var server = new ScriptedSmtpServer().Start();
        server.Answers[moment] = "550 5.1.1 no such mailbox";
        (await SendAsync(server)).ShouldBe(DeliveryOutcome.Refused("550 5.1.1 no such mailbox"));
    }

    [Fact]
    public async Task Send_ServerRepeatsTheAddress_ItIsHidden()
    {
        await using var server = new ScriptedSmtpServer().Start();
        server.Answers["RCPT"] = "550 5.1.1 <Ada.Lovelace@example.org>: user ada.lovelace unknown";
        (await SendAsync(server)).Text.ShouldBe("550 5.1.1 <***>: user *** unknown");
    }

    [Theory]
    [InlineData("GREETING", "the greeting")]
    [InlineData("EHLO", "EHLO")]
    [InlineData("MAIL", "MAIL")]
    [InlineData("RCPT", "RCPT")]
    [InlineData("DATA", "DATA")]
    [InlineData("END", "the mail")]
    public async Task Send_ServerHangs_IsRetriedAfterTenSeconds(string moment, string phase)
    {
        var clock = new ManualClock(Samples.Now);
        await using var server = new ScriptedSmtpServer { HangAt = moment }.Start();
        var sending = SendAsync(server, clock: clock);
        await server.Hanging;
        await clock.TimersAsync(TimeSpan.FromSeconds(10), count: 2); // for the connection, and for what follows it
        clock.Advance(TimeSpan.FromSeconds(9.9));
        sending.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(0.1));
        (await sending).ShouldBe(DeliveryOutcome.Retry($"no answer to {phase} within 10 s"));
    }

    [Fact]
    public async Task Send_ServerHangsInTheHandshake_IsRetried()
    {
        var clock = new ManualClock(Samples.Now);
        await using var server = new ScriptedSmtpServer { Offers = ["STARTTLS"], HangAt = "STARTTLS" }.Start();
        var sending = SendAsync(server, Smtp(server, SmtpSecurity.StartTls), clock);
        await server.Hanging;
        clock.Advance(TimeSpan.FromSeconds(10));
        (await sending).Text.ShouldBe("no answer to STARTTLS within 10 s");
    }

    [Fact]
    public async Task Send_SlowAtEveryStep_EndsWithinTheLedgersThirtySeconds()
    {
        var clock = new ManualClock(Samples.Now);
        await using var server = new ScriptedSmtpServer { Reached = _ => clock.Advance(TimeSpan.FromSeconds(9)) }.Start();
        var outcome = await SendAsync(server, clock: clock);
        outcome.Result.ShouldBe(DeliveryResult.Retry);
        outcome.Text.ShouldContain("had come only as far as");
        (clock.GetUtcNow() - Samples.Now).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Send_ServerHangsAtQuit_IsDeliveredAllTheSame()
    {
        var clock = new ManualClock(Samples.Now);
        await using var server = new ScriptedSmtpServer { HangAt = "QUIT" }.Start();
        var sending = SendAsync(server, clock: clock);
        await server.Hanging;
        clock.Advance(TimeSpan.FromSeconds(1));
        (await sending).Result.ShouldBe(DeliveryResult.Delivered);
    }

    [Theory, MemberData(nameof(EachMoment))]
    public async Task Send_ServerHangsUp_IsRetried(string moment)
    {
        await using var server = new ScriptedSmtpServer { DropAt = moment }.Start();
        var outcome = await SendAsync(server);
        outcome.Result.ShouldBe(DeliveryResult.Retry);
        outcome.Text.ShouldStartWith($"the connection to localhost:{server.Port} ended at ");
    }

    [Fact]
    public async Task Send_ServerHangsUpInTheMiddleOfTheMail_IsRetried()
    {
        await using var server = new ScriptedSmtpServer { DropAt = "MIDDLE" }.Start();
        var outcome = await SendAsync(server);
        outcome.Result.ShouldBe(DeliveryResult.Retry);
        outcome.Text.ShouldContain("ended at the mail");
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2")]
    [InlineData("2x0 hello")]
    [InlineData("990 hello")]
    [InlineData("220+hello")]
    [InlineData("")]
    [InlineData("\0\u0001\u0002")]
    public async Task Send_Garbage_IsRetriedAndQuotedInOneCleanLine(string garbage)
    {
        await using var server = new ScriptedSmtpServer().Start();
        server.Answers["GREETING"] = garbage;
        var outcome = await SendAsync(server);
        outcome.Result.ShouldBe(DeliveryResult.Retry);
        outcome.Text.ShouldStartWith("the server said something that is not SMTP");
        outcome.Text.ShouldAllBe(c => !char.IsControl(c));
    }

    [Fact]
    public async Task Send_EndlessReply_IsCutOff()
    {
        await using var server = new ScriptedSmtpServer().Start();
        server.Answers["EHLO"] = string.Join("\r\n", Enumerable.Repeat("250-and another thing", 5_000)) + "\r\n250 end";
        (await SendAsync(server)).ShouldBe(DeliveryOutcome.Retry("the server gave a reply of more than 100 lines"));
    }

    [Fact]
    public async Task Send_EndlessLine_IsCutOff()
    {
        await using var server = new ScriptedSmtpServer().Start();
        server.Answers["EHLO"] = "250 " + new string('x', 50_000);
        (await SendAsync(server)).ShouldBe(DeliveryOutcome.Retry("the server gave a line of more than 2000 bytes"));
    }

    [Fact]
    public async Task Send_DataAnsweredWithDone_IsNotTakenForGoOn()
    {
        await using var server = new ScriptedSmtpServer().Start();
        server.Answers["DATA"] = "250 ok";
        (await SendAsync(server)).ShouldBe(DeliveryOutcome.Retry("unexpected answer to DATA: 250 ok"));
    }

    [Fact]
    public async Task Send_NobodyListens_IsRetried()
    {
        var server = new ScriptedSmtpServer().Start();
        var smtp = Smtp(server);
        await server.DisposeAsync();
        var outcome = await SendAsync(server, smtp);
        outcome.ShouldBe(DeliveryOutcome.Retry($"no connection to localhost:{smtp.Port}: connection refused"));
    }

    [Fact]
    public async Task Send_UnknownName_IsRetried()
    {
        await using var server = new ScriptedSmtpServer().Start();
        var outcome = await SendAsync(server, Smtp(server) with { Host = "nobody.invalid" });
        outcome.Result.ShouldBe(DeliveryResult.Retry);
        outcome.Text.ShouldStartWith($"no connection to nobody.invalid:{server.Port}: the name");
    }

    [Theory]
    [InlineData("lovelace")]
    [InlineData("ada@")]
    [InlineData("ada@exa mple.org")]
    [InlineData("ada@example..org")]
    [InlineData("ada>@example.org")]
    [InlineData("ada lovelace@example.org")]
    [InlineData("ada\r\nRSET@example.org")]
    [InlineData("ada\r\nRCPT TO:<eve@example.org>@example.org")]
    [InlineData("ada@example.org\r\nDATA")]
    public async Task Send_NotAnAddress_IsRefusedBeforeConnecting(string address)
    {
        await using var server = new ScriptedSmtpServer().Start();
        var outcome = await SendAsync(server, to: new ContactMethod.Mail(address));
        outcome.Result.ShouldBe(DeliveryResult.Refused);
        outcome.Text.ShouldNotContain(address);
        server.Commands.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_DomainBeyondAscii_IsConverted()
    {
        await using var server = new ScriptedSmtpServer().Start();
        (await SendAsync(server, to: new ContactMethod.Mail("ada@bücher.example"))).Result.ShouldBe(DeliveryResult.Delivered);
        server.Commands.ShouldContain("RCPT TO:<ada@xn--bcher-kva.example>");
    }

    [Fact]
    public async Task Send_NameBeyondAscii_NeedsSmtpUtf8()
    {
        await using var without = new ScriptedSmtpServer().Start();
        var refused = await SendAsync(without, to: new ContactMethod.Mail("zoë@example.org"));
        refused.Result.ShouldBe(DeliveryResult.Refused);
        refused.Text.ShouldContain("SMTPUTF8");

        await using var with = new ScriptedSmtpServer { Offers = ["8BITMIME", "SMTPUTF8"] }.Start();
        (await SendAsync(with, to: new ContactMethod.Mail("zoë@example.org"))).Result.ShouldBe(DeliveryResult.Delivered);
        with.Commands.ShouldContain("MAIL FROM:<tocsin@example.org> BODY=8BITMIME SMTPUTF8");
        with.Commands.ShouldContain("RCPT TO:<zoë@example.org>");
    }

    [Fact]
    public async Task Send_Stopped_IsNotAnOutcome()
    {
        using var stopping = new CancellationTokenSource();
        await using var server = new ScriptedSmtpServer { HangAt = "RCPT" }.Start();
        var sending = SendAsync(server, cancellation: stopping.Token);
        await server.Hanging;
        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task Send_NoServerConfigured_IsRefused()
    {
        var channel = new MailChannel(Samples.Revisions(), TimeProvider.System);
        (await channel.SendAsync(Samples.Page(), Ada, default)).Result.ShouldBe(DeliveryResult.Refused);
    }

    [Theory]
    [InlineData(false, "192.0.2.1", false)]
    [InlineData(false, "::ffff:192.0.2.1", false)]
    [InlineData(true, "192.0.2.1", true)]
    [InlineData(false, "127.0.0.1", true)]
    [InlineData(false, "::ffff:127.0.0.1", true)]
    [InlineData(false, "::1", true)]
    public void MayCarryPassword_OnlyWithinTlsOrTheMachine(bool isSecure, string remote, bool expected) =>
        NetworkWords.MayCarryPassword(isSecure, new System.Net.IPEndPoint(System.Net.IPAddress.Parse(remote), 25)).ShouldBe(expected);
}
