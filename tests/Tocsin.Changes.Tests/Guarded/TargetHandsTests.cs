using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tocsin.Catalog;
using Tocsin.Changes.Guarded;
using Tocsin.Checks.Probes;

namespace Tocsin.Changes.Tests.Guarded;

/// <summary>Real files, real programs, and a real host on the loopback.</summary>
public sealed class TargetHandsTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-hands-");
    private readonly HttpDoor door = new(new FixedRevisions(new Revision("abc", ChangesFixture.Noon, "file", [new ServerModel { TrustedProxies = [] }])), TimeProvider.System);
    private WebApplication app = null!;
    private string answer = "{}";
    private int reloads;

    private string FilePath => Path.Combine(directory.FullName, "api-release.json");
    private Uri At(string path) => new(new Uri(app.Urls.Single()), path);
    private TargetHands Hands => new(new TargetBase(directory.FullName), door, TimeProvider.System);
    private TargetModel Target => Some.Target("api-release.json") with { Timeout = Long };
    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(FilePath, TargetWorld.Good);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapGet("/answer", () => Results.Text(answer, "application/json"));
        app.MapGet("/moved", () => Results.Redirect("/answer"));
        app.MapPost("/reload", () => reloads++);
        await app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        door.Dispose();
        await app.DisposeAsync();
        directory.Delete(recursive: true);
    }

    private Task<string?> ValidateAsync(string script, TimeSpan? limit = null, bool isSecret = false) => Hands.ValidateAsync(
        Target with { Validate = ["/bin/sh", "-c", script, "validator", "{file}"], Timeout = limit ?? Long, IsSecret = isSecret }, Bytes(TargetWorld.Bad), CancellationToken.None);

    [Fact]
    public async Task Validate_SeesTheCandidateUnderItsOwnName()
    {
        (await ValidateAsync("""test "$(cat "$1")" = '{"version":2}' && test "$(basename "$1")" = api-release.json""")).ShouldBeNull();
        (await File.ReadAllTextAsync(FilePath)).ShouldBe(TargetWorld.Good);
    }

    [Fact]
    public async Task Validate_Refuses_SaysWhatItSaid() =>
        (await ValidateAsync("echo 'line 3: no such key' >&2; exit 4")).ShouldBe("the validator refuses it: /bin/sh exited with 4: line 3: no such key");

    [Fact]
    public async Task Validate_OfASecret_DoesNotTellWhatItSaid() =>
        (await ValidateAsync("cat \"$1\"; exit 4", isSecret: true)).ShouldBe("the validator refuses it: /bin/sh exited with 4");

    [Fact]
    public async Task Validate_ThatHangs_IsEndedWithItsChildren()
    {
        var pids = Path.Combine(directory.FullName, "pids");
        var fault = await ValidateAsync($"sleep 600 & echo $! > {pids}; echo $$ >> {pids}; sleep 600", TimeSpan.FromSeconds(2));
        fault.ShouldBe("the validator refuses it: /bin/sh gave no answer within 2 s and was ended");
        foreach (var pid in await File.ReadAllLinesAsync(pids)) await GoneAsync(pid);
    }

    private static async Task GoneAsync(string pid)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            // A zombie has ended; somebody else has to take notice of it.
            if (!File.Exists($"/proc/{pid}/stat") || (await File.ReadAllTextAsync($"/proc/{pid}/stat")).Contains(") Z ", StringComparison.Ordinal)) return;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
        throw new TimeoutException($"process {pid} lives on");
    }

    [Fact]
    public async Task Validate_WritesWithoutEnd_IsEnded() =>
        (await ValidateAsync("exec yes")).ShouldBe("the validator refuses it: /bin/sh wrote more than 1024 KiB and was ended");

    [Fact]
    public async Task Validate_LeavesAChildThatHoldsItsOutput_IsAnsweredAllTheSame() => (await ValidateAsync("sleep 3 & exit 0")).ShouldBeNull();

    [Fact]
    public async Task Validate_ProgramIsNotThere_SaysSo() => (await Hands.ValidateAsync(Target with { Validate = ["/no/such", "{file}"] }, Bytes("x"), CancellationToken.None))
        .ShouldNotBeNull().ShouldStartWith("the validator refuses it: /no/such cannot be started");

    [Fact]
    public async Task Validate_Environment_HasNoSecretsOfOurs()
    {
        Environment.SetEnvironmentVariable("TOCSIN_TEST_SECRET", "hush");
        (await ValidateAsync("env | grep -q TOCSIN_TEST_SECRET && exit 1; test -n \"$PATH\"")).ShouldBeNull();
    }

    [Fact]
    public async Task Validate_NotUtf8_IsRefused() =>
        (await Hands.ValidateAsync(Target, [0xc3, 0x28], CancellationToken.None)).ShouldBe("the new content is not text in UTF-8");

    [Fact]
    public void Replace_KeepsRightsAndLeavesNothingBehind()
    {
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(FilePath, Mode);
        Hands.Replace(Target, ContentHash.Of(Bytes(TargetWorld.Good)), Bytes(TargetWorld.Bad)).ShouldBeNull();
        File.ReadAllText(FilePath).ShouldBe(TargetWorld.Bad);
        File.GetUnixFileMode(FilePath).ShouldBe(Mode);
        directory.GetFiles().ShouldHaveSingleItem();
        Hands.Replace(Target, ContentHash.Of(Bytes(TargetWorld.Good)), Bytes(TargetWorld.Bad)).ShouldBeNull("it has the content already");
    }

    [Fact]
    public void Replace_ThroughALink_ReplacesWhatItLeadsTo()
    {
        var link = Path.Combine(directory.FullName, "current.json");
        File.CreateSymbolicLink(link, FilePath);
        TargetFile.Replace(link, ContentHash.Of(Bytes(TargetWorld.Good)), Bytes(TargetWorld.Bad)).ShouldBeNull();
        File.ReadAllText(FilePath).ShouldBe(TargetWorld.Bad);
        new FileInfo(link).LinkTarget.ShouldBe(FilePath);
    }

    [Fact]
    public void Replace_SomebodyWasFaster_WritesNothing()
    {
        Hands.Replace(Target, ContentHash.Of(Bytes("other")), Bytes(TargetWorld.Bad)).ShouldBe("somebody changed the file meanwhile; it was left as it is");
        File.ReadAllText(FilePath).ShouldBe(TargetWorld.Good);
    }

    [Fact]
    public void Replace_DirectoryThatCannotBeWritten_SaysSo()
    {
        // Also for root: nobody can make a file in /proc.
        TargetFile.Replace("/proc/self/comm", ContentHash.Of(File.ReadAllBytes("/proc/self/comm")), Bytes("x")).ShouldNotBeNull().ShouldStartWith("/proc/self/comm cannot be written: ");
    }

    [Fact]
    public void Read_MissingTooLargeOrADirectory_SaysSo()
    {
        TargetFile.Read(FilePath + ".gone").Fault.ShouldBe($"{FilePath}.gone is not there");
        TargetFile.Read(directory.FullName).Fault.ShouldBe($"{directory.FullName} is a directory");
        File.WriteAllBytes(FilePath, new byte[TargetModel.BytesMax + 1]);
        TargetFile.Read(FilePath).Fault.ShouldBe($"{FilePath} has more than 256 KiB");
    }

    [Theory]
    [InlineData("""{"authentication":"present"}""", null)]
    [InlineData("""{"authentication":"absent"}""", "$.authentication is absent on")]
    [InlineData("{}", "$.authentication is not reported by")]
    [InlineData("nonsense", "whether $.authentication is present cannot be told")]
    public async Task Guard_RequiredFact_IsAskedOfTheHost(string says, string? refusal)
    {
        answer = says;
        var guard = new GuardModel.Requires(At("/answer"), JsonPath.Parse("$.authentication").Value, "$.authentication", new Condition("present", null), null);
        var said = await Hands.GuardAsync(Target with { Guards = [guard] }, Bytes(TargetWorld.Bad), CancellationToken.None);
        if (refusal is null) said.ShouldBeNull();
        else said.ShouldNotBeNull().ShouldStartWith(refusal);
    }

    [Theory]
    [InlineData("/moved", "answered 302")]
    [InlineData("/no-such", "answered 404")]
    public async Task Guard_HostDoesNotAnswerTheQuestion_IsRefused(string path, string why)
    {
        var guard = new GuardModel.Requires(At(path), JsonPath.Parse("$.authentication").Value, "$.authentication", new Condition("present", null), null);
        (await Hands.GuardAsync(Target with { Guards = [guard] }, Bytes("{}"), CancellationToken.None)).ShouldNotBeNull().ShouldContain(why);
        await app.StopAsync();
        (await Hands.GuardAsync(Target with { Guards = [guard] }, Bytes("{}"), CancellationToken.None)).ShouldNotBeNull().ShouldContain("does not answer");
    }

    private TargetModel Asked(JsonPath? equalTo = null) => Target with
    {
        Reload = At("/reload"), Applied = new AppliedModel(At("/answer"), JsonPath.Parse("$.works_with").Value, equalTo, TimeSpan.FromMilliseconds(600)),
    };

    [Fact]
    public async Task Apply_RunningSideNamesTheContent_IsAcknowledged()
    {
        answer = $$"""{"works_with":"{{ContentHash.Of(Bytes(TargetWorld.Bad)).ToUpperInvariant()}}"}""";
        (await Hands.ApplyAsync(Asked(), Bytes(TargetWorld.Bad), CancellationToken.None)).Fault.ShouldBeNull();
        reloads.ShouldBe(1);
        answer = """{"works_with":2}""";
        (await Hands.ApplyAsync(Asked(JsonPath.Parse("$.version").Value), Bytes(TargetWorld.Bad), CancellationToken.None)).Fault.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"works_with":"0000000000000000"}""", "it works with 000000000000, not with ")]
    [InlineData("""{"ok":true}""", "the running side does not say what it works with")]
    [InlineData("ok", "did not answer JSON")]
    public async Task Apply_RunningSideLiesOrIsSilent_IsAFault(string says, string why)
    {
        answer = says;
        (await Hands.ApplyAsync(Asked(), Bytes(TargetWorld.Bad), CancellationToken.None)).Fault.ShouldNotBeNull().ShouldContain(why);
    }

    [Fact]
    public async Task Apply_StillNamesTheOldContent_IsAFaultAlthoughTheFileIsNew()
    {
        await File.WriteAllTextAsync(FilePath, TargetWorld.Bad);
        answer = $$"""{"works_with":"{{ContentHash.Of(Bytes(TargetWorld.Good))}}"}""";
        (await Hands.ApplyAsync(Asked(), Bytes(TargetWorld.Bad), CancellationToken.None)).Fault.ShouldNotBeNull().ShouldContain("did not take it within");
    }

    [Fact]
    public async Task Apply_CommandFails_IsAFault() => (await Hands.ApplyAsync(Target with { Apply = ["/bin/sh", "-c", "echo no >&2; exit 3"] }, Bytes("x"), CancellationToken.None))
        .Fault.ShouldBe("apply failed: /bin/sh exited with 3: no");
}
