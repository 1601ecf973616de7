using Tocsin.Init;

namespace Tocsin.Tests.Init;

public sealed class InitQuestionsTests
{
    private static readonly InitOptions Nothing = new(null, null, null, "http://127.0.0.1:8080");

    private static async Task<(InitAnswers? Answers, string Said)> AskAsync(string typed, InitOptions? said = null)
    {
        using var output = new StringWriter();
        return (await new InitQuestions(new StringReader(typed), output).AskAsync(said ?? Nothing, default), output.ToString());
    }

    [Fact]
    public async Task Ask_OnlyEnter_TakesTheDefaults()
    {
        var (answers, said) = await AskAsync("\n\n\n\n");
        (answers!.Url, answers.Name, answers.Channel.Word).ShouldBe(("https://example.org", "me", "ntfy"));
        answers.Channel.Address.ShouldMatch("^https://ntfy.sh/tocsin-[a-z0-9]{20}$");
        said.ShouldBe("What is watched? An address [https://example.org]: Who is woken? A name [me]: By what is me woken? ntfy, mail or webhook [ntfy]: "
            + $"  Topic, to which the ntfy app subscribes; whoever knows it reads along [{answers.Channel.Address}]: ");
    }

    [Fact]
    public async Task Ask_WrongAnswers_AreJudgedAtOnceAndAskedAgain()
    {
        var (answers, said) = await AskAsync("ftp://shop\nshop.example.org\neveryone\nAna Lima\npigeon\nmail\nana\nana@example.org\nmail.example.org:99999\nmail.example.org\n");
        said.ShouldContain("services.shop is 'ftp://shop', expected an address such as");
        said.ShouldContain("the key 'everyone' has a meaning of its own");
        said.ShouldContain("'pigeon' is none of them, expected ntfy, mail or webhook");
        said.ShouldContain("people.ana-lima.mail is 'ana', expected a mail address such as ana@example.org");
        said.ShouldContain("smtp.host is 'mail.example.org:99999', expected a host name or address");
        answers.ShouldBe(new InitAnswers("https://shop.example.org", "Ana Lima", new InitChannel("mail", "ana@example.org", "mail.example.org"), "http://127.0.0.1:8080"));
    }

    [Fact]
    public async Task Ask_SmtpHost_OnlyForMail() => (await AskAsync("\n\nwebhook\nhttps://hooks.example.org/x\n")).Said.ShouldNotContain("takes our mail");

    [Fact]
    public async Task Ask_WhatTheCommandLineSaid_IsNotAsked()
    {
        var (answers, said) = await AskAsync("Ana\n", Nothing with { Url = "https://shop.example.org", Channel = new InitChannel("webhook", "https://h.example.org") });
        said.ShouldBe("Who is woken? A name [me]: ");
        answers!.Name.ShouldBe("Ana");
    }

    [Fact]
    public async Task Ask_InputEnds_IsNoAnswer() => (await AskAsync("https://shop.example.org\n")).Answers.ShouldBeNull();

    [Fact]
    public async Task Ask_PersonGivesUp_DoesNotWaitForALine()
    {
        using var never = new NeverReader();
        using var stop = new CancellationTokenSource();
        var asked = new InitQuestions(never, TextWriter.Null).AskAsync(Nothing, stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(asked);
    }

    /// <summary>A console at which nobody types.</summary>
    private sealed class NeverReader : TextReader
    {
        private readonly ManualResetEventSlim end = new();

        public override string? ReadLine()
        {
            end.Wait();
            return null;
        }

        protected override void Dispose(bool disposing)
        {
            end.Set();
            base.Dispose(disposing);
        }
    }
}
