using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tocsin.Paging.Channels.Mail;
using Tocsin.Paging.Messages;
using Tocsin.Paging.Tests.Support;

namespace Tocsin.Paging.Tests.Messages;

public sealed class PageMessagesTests
{
    [Fact]
    public void Page_Text_IsAsAgreed() => Samples.Page().Text.ShouldBe(
        $"""
        ■ SEV2 · for 4 min 23 s
        Api answers 500

        Acknowledge:
        {Samples.AckLink.AbsoluteUri}

        100 % of checks from 3 of 3 locations fail: HTTP 500.

        Since
          02:13:07 CET, 4 min 23 s before this message

        Services
          Api and Checkout

        What changed
          02:10:02 deploy/812 on api by grace, 3 min before

        Also paged
          - Grace in 5 min
          - everyone in 10 min

        Why you
          You are primary on call; next: Grace in 5 min.

        Open INC-42:
        https://tocsin.example.org/incidents/INC-42

        """);

    [Fact]
    public void Page_WithoutAPublicUrl_SaysSoInsteadOfALink()
    {
        var message = PageMessages.Page(Samples.PageContent(Samples.Incident with { Url = null }) with { AckLink = null }, Samples.Reader());
        message.Text.ShouldNotContain("://");
        message.Text.ShouldContain("No link\n  The configuration has no public_url: open Tocsin yourself to\n  acknowledge.");
        message.AckLink.ShouldBeNull();
    }

    [Fact]
    public void Page_Brief_IsAsAgreed() => Samples.Page().Brief.ShouldBe(
        """
        ■ SEV2 · for 4 min 23 s
        100 % of checks from 3 of 3 locations fail: HTTP 500.
        Since: 02:13:07 CET, 4 min 23 s before this message
        Services: Api and Checkout
        What changed: 02:10:02 deploy/812 on api by grace, 3 min before
        Also paged: Grace in 5 min; everyone in 10 min
        Why you: You are primary on call; next: Grace in 5 min.
        """);

    [Fact]
    public void AllClear_Text_IsAsAgreed()
    {
        Samples.AllClear().Subject.ShouldBe("[resolved] Api answers 500 · INC-42");
        Samples.AllClear().Text.ShouldBe(
            """
            ● resolved · after 2 min 23 s
            Api answers 500

            The checks have been up again for 2 min.

            Lasted
              2 min 23 s, from 02:13:07 CET to 02:15:30 CET

            Services
              Api and Checkout

            What to do
              Nothing now. You were paged for this, so you are told that it is over.

            Open INC-42:
            https://tocsin.example.org/incidents/INC-42

            """);
    }

    [Fact]
    public void Taken_Text_IsAsAgreed()
    {
        Samples.Taken().Subject.ShouldBe("[taken] Grace has it: Api answers 500 · INC-42");
        Samples.Taken().Text.ShouldBe(
            """
            ◆ acknowledged by Grace
            Api answers 500

            Grace has it.

            Taken
              02:17:25 CET, 5 s before this message

            What to do
              Nothing unless Grace asks. You are told when it is over.

            Open INC-42:
            https://tocsin.example.org/incidents/INC-42

            """);
    }

    [Fact]
    public void CannotRecord_Text_IsAsAgreed()
    {
        Samples.CannotRecord().Subject.ShouldBe("Tocsin cannot record: disk full; 3 checks down");
        Samples.CannotRecord().Text.ShouldBe(
            """
            ■ cannot record
            Tocsin cannot record: disk full

            3 checks are down: api-http, store-tcp and web.

            Since
              02:17:18 CET, 12 s before this message

            What to do
              Free the disk or bring the database back. Until then Tocsin opens no
              incident and escalates nothing; this message comes again every 10 min.

            Open Tocsin:
            https://tocsin.example.org/

            """);
    }

    [Fact]
    public void SelfTest_Text_IsAsAgreed() => PageMessages.SelfTest("mail", null, null, Samples.Reader("test/1")).Text.ShouldBe(
        """
        ◆ test
        Tocsin can reach you

        This is a self-test. Nothing is broken.

        Sent
          02:17:30 CET by mail

        What to do
          Nothing. Had this been a page, it would have come the same way.

        """);

    [Fact]
    public void Page_NothingChanged_SaysSo() =>
        PageMessages.Page(Samples.PageContent() with { Changes = [], AlsoPaged = [] }, Samples.Reader()).Text
            .ShouldContain("What changed\n  Nothing on record in the last 60 min.\n");

    [Fact]
    public void Page_ManyChanges_ShowsFiveAndCountsTheRest()
    {
        var changes = Enumerable.Range(1, 9).Select(i => $"change {i}").ToArray();
        var text = PageMessages.Page(Samples.PageContent() with { Changes = changes }, Samples.Reader()).Text;
        text.ShouldContain("- change 5\n  - and 4 more\n");
        text.ShouldNotContain("change 6");
    }

    [Fact]
    public void Page_YesterdaysStart_HasItsDate() =>
        Samples.Page(Samples.Incident with { StartedAt = Samples.Now.AddHours(-26) }).Text
            .ShouldContain("Mon 3 Mar 2025, 00:17:30 CET, 1 d 2 h before this message");

    [Fact]
    public void Page_Html_HasTheButtonBeforeEverythingButTheTitle()
    {
        var html = Samples.Page().Html;
        var places = new[] { "<h1", ">Acknowledge</a>", "100 % of checks", ">Since</h2>", ">What changed</h2>", ">Why you</h2>" }
            .Select(part => html.IndexOf(part, StringComparison.Ordinal)).ToArray();
        places.ShouldAllBe(place => place > 0);
        places.ShouldBe(places.Order());
        html.ShouldNotContain("src=");
        html.ShouldNotContain("<script");
    }

    [Fact]
    public void Page_LinkThatIsNoWebAddress_IsABug() => Should.Throw<ArgumentException>(() =>
        PageMessages.Page(Samples.PageContent() with { AckLink = new Uri("javascript:alert(1)") }, Samples.Reader()));

    /// <summary>Whatever people and targets wrote: no header, no element and no line is gained by it.</summary>
    [Fact]
    public void AnyWords_KeepTheShapeOfTheMessage()
    {
        var hostile = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(Words(), words =>
        {
            if (words.Contains('\n') && words.Contains('<')) hostile++;
            var incident = Samples.Incident with { Title = words, Services = [words, words] };
            var content = Samples.PageContent(incident) with { State = words, Changes = [words], AlsoPaged = [words, words], Why = $"you {words}" };
            ShouldKeepItsShape(PageMessages.Page(content, Samples.Reader()), MessageWords.Line(words, 120));
        }));
        hostile.ShouldBeGreaterThan(10);
    }

    private static void ShouldKeepItsShape(OutgoingMessage message, string title)
    {
        var raw = Encoding.UTF8.GetString(MailText.Write(message, Mailbox.Parse("t@example.org").Value, Mailbox.Parse("a@example.org").Value, Samples.Now));
        raw.ShouldAllBe(c => c < 128 && (c >= 32 || c == '\r' || c == '\n'));
        raw.Split("\r\n").ShouldAllBe(line => line.Length <= 78 && !line.Contains('\n') && !line.Contains('\r'));
        var mail = ReceivedMail.Parse(raw);
        mail.Headers.Select(header => header.Key).ShouldBe(
        [
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Importance", "In-Reply-To", "References",
            "X-Tocsin-Incident", "MIME-Version", "Content-Type",
        ]);
        mail["Subject"].ShouldBe(message.Subject);
        message.Subject.ShouldContain(title);
        message.Subject.Length.ShouldBeLessThanOrEqualTo(160);
        mail.Text.TrimEnd('\n').ShouldBe(message.Text.TrimEnd('\n'));
        message.Text.Split('\n').ShouldAllBe(line => line.Length <= 72 || line.StartsWith("https://"));
        Encoding.UTF8.GetByteCount(message.Brief).ShouldBeLessThan(1000);
        message.Brief.Split('\n').Length.ShouldBeLessThanOrEqualTo(7);
        message.Html.Count(c => c == '<').ShouldBe(Samples.PageContentElements);
    }

    private static Arbitrary<string> Words() => Gen.OneOf(
            ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
            Gen.Elements(
                "\r\nBcc: eve@example.org", "x\n\n<script>alert(1)</script>", "\" onclick=\"x", "</h1><img src=x>", "=?utf-8?Q?x?=",
                ".\r\n.\r\n", "a\u2028b\u2029c\u0085d", "\u202Eevil", "größer 日本語 🚒🚒🚒", "\ud83d", new string('W', 300), "&amp; &lt;"))
        .ListOf().Select(parts => string.Concat(parts)).ToArbitrary();
}
