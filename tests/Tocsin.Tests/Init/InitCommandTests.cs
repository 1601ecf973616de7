using System.Net;
using Tocsin.Tests.Acceptance;

namespace Tocsin.Tests.Init;

/// <summary>The command as a person or a script runs it, against a real ntfy-like server.</summary>
[Collection(Terminal.Collection)]
public sealed class InitCommandTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Init_ScriptedWithAPersonWhoTaps_PrintsTheStatusPageWellWithinTwoMinutes()
    {
        await using var sink = await NtfySink.StartAsync();
        await using var target = new Target();
        var started = TimeProvider.System.GetTimestamp();
        await using var init = new InitProcess(FreePorts.Next(), "--url", $"http://localhost:{target.Port}/", "--person", "Ana Lima", "--by", $"ntfy={sink.Topic}", "--yes");
        var line = await init.LineAsync("Status page", Promised);
        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Promised);

        init.Said.ShouldContain("warning: public_url is an address of this machine only: links in messages will not open elsewhere");
        init.Said.ShouldContain("acknowledged after");
        sink.Messages.Single()["title"]!.ToString().ShouldBe("[test] Tocsin can reach you");
        sink.Seen.First().ShouldContain("One tap tells Tocsin that ntfy reaches you.");
        sink.Seen.Last().ShouldContain("It is known now that ntfy reaches you.");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        (await http.GetStringAsync(InitProcess.AddressIn(line))).ShouldContain("localhost", Case.Sensitive, "the service stands on the page");
        var signIn = InitProcess.AddressIn(await init.LineAsync("signs you in", Promised));
        (await http.GetAsync(signIn)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await http.GetAsync(signIn)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "it opens once");
        (await init.InterruptAsync()).ShouldBe(0);
        File.GetUnixFileMode(Path.Combine(init.Config, "tocsin.yaml")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await Terminal.RunAsync("validate", init.Config)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Init_ProviderRefuses_SaysItsWordsWithAdviceAndServesAllTheSame()
    {
        await using var sink = await NtfySink.StartAsync(refusal: "topic is reserved");
        await using var init = new InitProcess(FreePorts.Next(), "--by", $"ntfy={sink.Topic}", "--url", "http://127.0.0.1:1", "--yes");
        (await init.LineAsync("It was not delivered", Promised)).ShouldContain("403 Forbidden: topic is reserved");
        await init.LineAsync("Is the app subscribed to exactly this topic", Promised);
        await init.LineAsync("Status page", Promised);
    }

    [Fact]
    public async Task Init_NobodyTaps_SaysWhatToLookAtAfterTheWait()
    {
        await using var sink = await NtfySink.StartAsync(taps: false);
        await using var init = new InitProcess(FreePorts.Next(), "--by", $"ntfy={sink.Topic}", "--url", "http://127.0.0.1:1", "--yes", "--wait", "1s");
        await init.LineAsync("Nobody acknowledged within 1 s.", Promised);
        await init.LineAsync("The link opens only on this machine", Promised);
        await init.LineAsync("Status page", Promised);
    }

    [Fact]
    public async Task Init_AnsweredAtTheQuestions_WritesWhatWasSaid()
    {
        await using var sink = await NtfySink.StartAsync();
        await using var init = new InitProcess(FreePorts.Next());
        foreach (var answer in (string[])["http://127.0.0.1:1/", "ada", "pager", "ntfy", sink.Topic]) await init.Input.WriteLineAsync(answer);
        await init.Input.FlushAsync();
        await init.LineAsync("Status page", Promised);
        init.Said.ShouldContain("'pager' is none of them");
        (await File.ReadAllTextAsync(Path.Combine(init.Config, "tocsin.yaml"))).ShouldContain($"  ada:\n    ntfy: {sink.Topic}");
    }

    [Fact]
    public async Task Init_InterruptedAtAQuestion_LeavesNothing()
    {
        await using var init = new InitProcess(FreePorts.Next());
        await init.Input.WriteLineAsync("https://shop.example.org");
        await init.Input.FlushAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        (await init.InterruptAsync()).ShouldBe(130);
        init.Said.ShouldContain("Nothing is written.");
        Directory.Exists(init.Config).ShouldBeFalse();
    }

    [Fact]
    public async Task Init_InterruptedWhileItWaits_LeavesADirectoryThatServes()
    {
        await using var sink = await NtfySink.StartAsync(taps: false);
        await using var init = new InitProcess(FreePorts.Next(), "--by", $"ntfy={sink.Topic}", "--url", "http://127.0.0.1:1", "--yes");
        await init.LineAsync("Waiting for the acknowledgement", Promised);
        (await init.InterruptAsync()).ShouldBe(0);
        init.Said.ShouldContain($"Start it again: tocsin serve --config {init.Config}");
        (await Terminal.RunAsync("validate", init.Config)).Code.ShouldBe(0);
    }
}

/// <summary>What it refuses before it writes anything.</summary>
[Collection(Terminal.Collection)]
public sealed class InitRefusalTests : IDisposable
{
    private readonly DirectoryInfo parent = Directory.CreateTempSubdirectory("tocsin-init-");
    private string Target => Path.Combine(parent.FullName, "config");

    [Theory]
    [InlineData("--by is 'pigeon=loft', expected ntfy=URL, mail=ADDRESS or webhook=URL", "--by", "pigeon=loft")]
    [InlineData("services.x is 'ftp://x', expected an address such as https://shop.example.org", "--url", "ftp://x")]
    [InlineData("people.me.mail is 'me', expected a mail address such as ana@example.org", "--by", "mail=me")]
    [InlineData("public_url is 'here', expected an address such as https://tocsin.example.org", "--public-url", "here")]
    [InlineData("--wait: write a whole number and a unit", "--wait", "soon")]
    public async Task Init_BadOption_SaysWhatWasExpectedAndWritesNothing(string expected, params string[] options)
    {
        var (code, _, errors) = await Terminal.RunAsync(["init", Target, "--yes", "--port", $"{FreePorts.Next()}", .. options]);
        code.ShouldBe(2);
        errors.ShouldContain(expected);
        Directory.Exists(Target).ShouldBeFalse();
    }

    [Fact]
    public async Task Init_ExistingDirectory_IsNotTouched()
    {
        Directory.CreateDirectory(Target);
        var (code, _, errors) = await Terminal.RunAsync("init", Target, "--yes");
        code.ShouldBe(1);
        errors.ShouldContain("is there already and empty; remove it");
    }

    [Fact]
    public async Task Init_PortThatWasAskedForIsBusy_IsRefused()
    {
        await using var other = await NtfySink.StartAsync();
        var (code, _, errors) = await Terminal.RunAsync("init", Target, "--yes", "--port", $"{new Uri(other.Topic).Port}");
        code.ShouldBe(1);
        errors.ShouldContain("is busy; choose another with --port");
        Directory.Exists(Target).ShouldBeFalse();
    }

    public void Dispose() => parent.Delete(recursive: true);
}
