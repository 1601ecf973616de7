using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Tocsin.Demo.Mail;

namespace Tocsin.Demo.Tests;

public sealed class SmtpServerTests
{
    [Fact]
    public async Task Conversation_OneMail_IsInTheMailboxOfEachRecipient()
    {
        await using var smtp = await SmtpConversation.StartAsync();
        (await smtp.SayAsync("EHLO test")).ShouldStartWith("250 SIZE");
        (await smtp.SayAsync("MAIL FROM:<tocsin@demo.example> SIZE=120 BODY=8BITMIME")).ShouldStartWith("250 ");
        (await smtp.SayAsync("RCPT TO:<ada@demo.example>")).ShouldStartWith("250 ");
        (await smtp.SayAsync("rcpt to:<grace@demo.example>")).ShouldStartWith("250 ");
        (await smtp.SayAsync("DATA")).ShouldStartWith("354 ");
        (await smtp.SayAsync("Subject: down\r\n\r\nThe api is down.\r\n.")).ShouldStartWith("250 ");
        (await smtp.SayAsync("QUIT")).ShouldStartWith("221 ");
        (await smtp.HearAsync()).ShouldBe("(closed)");
        smtp.Mailbox.All().Select(mail => (mail.To, mail.Subject, mail.Text)).ShouldBe(
            [("ada@demo.example", "down", "The api is down."), ("grace@demo.example", "down", "The api is down.")]);
    }

    [Fact]
    public async Task Data_StuffedDots_AreTakenAway()
    {
        await using var smtp = await SmtpConversation.StartAsync();
        await smtp.BeginMailAsync();
        await smtp.SayAsync("Subject: dots\r\n\r\n..\r\n...two\r\nend.\r\n.");
        smtp.Mailbox.All().ShouldHaveSingleItem().Text.ShouldBe(".\n..two\nend.");
    }

    [Fact]
    public async Task Data_DotAfterBareLineFeed_DoesNotEndTheMail()
    {
        await using var smtp = await SmtpConversation.StartAsync();
        await smtp.BeginMailAsync();
        await smtp.SayAsync("Subject: one\r\n\r\nbody\n.\nMAIL FROM:<forged@demo.example>\r\n.");
        smtp.Mailbox.All().ShouldHaveSingleItem().Text.ShouldContain("forged");
    }

    [Theory]
    [InlineData("MAIL FROM:<a@b.example>", "503")]
    [InlineData("RCPT TO:<a@b.example>", "503")]
    [InlineData("DATA", "503")]
    [InlineData("STARTTLS", "500")]
    [InlineData("EHLO", "501")]
    [InlineData("", "500")]
    [InlineData("NOOP", "250")]
    [InlineData("RSET", "250")]
    [InlineData("VRFY ada", "252")]
    public async Task FirstCommand_OutOfOrderOrUnknown_IsRefusedByItsCode(string command, string code)
    {
        await using var smtp = await SmtpConversation.StartAsync();
        (await smtp.SayAsync(command)).ShouldStartWith(code);
        (await smtp.SayAsync("NOOP")).ShouldStartWith("250");
    }

    [Theory]
    [InlineData("MAIL FROM:a@b.example", "501")]
    [InlineData("MAIL FROM:<a b@b.example>", "501")]
    [InlineData("MAIL FROM:<a@b.example> SIZE=9999999", "552")]
    [InlineData("MAIL FROM:<a@b.example> SIZE=many", "552")]
    [InlineData("MAIL FROM:<>", "250")]
    public async Task Mail_SenderAsWritten_IsJudged(string command, string code)
    {
        await using var smtp = await SmtpConversation.StartAsync();
        await smtp.SayAsync("EHLO test");
        (await smtp.SayAsync(command)).ShouldStartWith(code);
    }

    [Fact]
    public async Task Rset_AfterRecipients_ForgetsThem()
    {
        await using var smtp = await SmtpConversation.StartAsync();
        await smtp.SayAsync("HELO test");
        await smtp.SayAsync("MAIL FROM:<a@demo.example>");
        await smtp.SayAsync("RCPT TO:<ada@demo.example>");
        (await smtp.SayAsync("RSET")).ShouldStartWith("250");
        (await smtp.SayAsync("DATA")).ShouldStartWith("503");
    }

    [Fact]
    public async Task Data_OverOneMegabyte_IsRefusedAndTheNextMailIsTaken()
    {
        await using var smtp = await SmtpConversation.StartAsync();
        await smtp.BeginMailAsync();
        var line = new string('x', 900) + "\r\n";
        await smtp.SendAsync("Subject: large\r\n\r\n" + string.Concat(Enumerable.Repeat(line, SmtpSession.MailBytesMax / 900 + 1)));
        (await smtp.SayAsync(".")).ShouldStartWith("552");
        await smtp.BeginMailAsync();
        (await smtp.SayAsync("Subject: small\r\n\r\nhello\r\n.")).ShouldStartWith("250");
        smtp.Mailbox.All().ShouldHaveSingleItem().Subject.ShouldBe("small");
    }

    [Fact]
    public async Task Line_OverItsLimit_IsRefusedInCommandAndMail()
    {
        await using var smtp = await SmtpConversation.StartAsync();
        (await smtp.SayAsync("EHLO " + new string('x', SmtpSession.LineBytesMax))).ShouldStartWith("500");
        await smtp.BeginMailAsync();
        (await smtp.SayAsync($"Subject: long\r\n\r\n{new string('x', SmtpSession.LineBytesMax - 1)}\r\n.")).ShouldStartWith("500");
        await smtp.BeginMailAsync();
        (await smtp.SayAsync($"Subject: fits\r\n\r\n{new string('x', SmtpSession.LineBytesMax - 2)}\r\n.")).ShouldStartWith("250");
        smtp.Mailbox.All().ShouldHaveSingleItem().Subject.ShouldBe("fits");
    }

    [Fact]
    public async Task Conversation_NothingButErrors_IsEnded()
    {
        await using var smtp = await SmtpConversation.StartAsync();
        for (var error = 0; error < 20; error++) (await smtp.SayAsync("NONSENSE")).ShouldStartWith("500");
        (await smtp.HearAsync()).ShouldStartWith("421");
        (await smtp.HearAsync()).ShouldBe("(closed)");
    }

    [Fact]
    public async Task Client_OfTheFramework_DeliversTextHtmlAndSubject()
    {
        await using var smtp = await SmtpConversation.StartAsync();
        var text = "Störung: die API ist weg.\n" + new string('ä', 400) + "\n.\nhttps://tocsin.example/ack/abc";
        using var mail = new MailMessage("tocsin@demo.example", "ada@demo.example")
        {
            Subject = "[SEV2] Störung → api, seit 02:13 — bitte ansehen und bestätigen",
            SubjectEncoding = Encoding.UTF8,
        };
        mail.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(text, Encoding.UTF8, MediaTypeNames.Text.Plain));
        mail.AlternateViews.Add(AlternateView.CreateAlternateViewFromString("<p>Störung</p>", Encoding.UTF8, MediaTypeNames.Text.Html));
        using var client = new SmtpClient("127.0.0.1", smtp.Port);
        await client.SendMailAsync(mail);
        var received = smtp.Mailbox.All().ShouldHaveSingleItem();
        received.Subject.ShouldBe(mail.Subject);
        received.Text.ShouldBe(text);
        received.Html.ShouldBe("<p>Störung</p>");
    }

    [Fact]
    public void Mailbox_OverItsLimit_LosesTheOldest()
    {
        var mailbox = new Mailbox();
        for (var number = 0; number < Mailbox.MailsMax + 2; number++)
        {
            mailbox.Add(new ReceivedMail("ada@demo.example", $"{number}", "", "", DateTimeOffset.UnixEpoch));
        }
        mailbox.All().Length.ShouldBe(Mailbox.MailsMax);
        mailbox.All()[0].Subject.ShouldBe("2");
        mailbox.Clear();
        mailbox.All().ShouldBeEmpty();
    }
}
