using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Tocsin.Demo.Roles;
using Tocsin.Demo.Settings;
using Tocsin.Demo.Web;
using Tocsin.Demo.Wire;

namespace Tocsin.Demo.Tests;

/// <summary>The files from which api and cache take their settings, and what the roles make of them.</summary>
public sealed class SettingTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly DemoPorts Ports = DemoPorts.Choose();
    private readonly TemporaryDirectory directory = new();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };

    public void Dispose()
    {
        http.Dispose();
        directory.Dispose();
    }

    [Theory]
    [InlineData("validate-release", """{"version": 1}""", 0, "good")]
    [InlineData("validate-release", """{"version": 2}""", 0, "good")]
    [InlineData("validate-release", """{"version": 3}""", 1, "version must be 1 or 2")]
    [InlineData("validate-release", """{"version": "2"}""", 1, "version must be 1 or 2")]
    [InlineData("validate-release", "{}", 1, "version must be 1 or 2")]
    [InlineData("validate-release", """{"version": 1, "also": 2}""", 1, "'also' is not known; known is version")]
    [InlineData("validate-release", """{"version": 1, "version": 2}""", 1, "version is given twice")]
    [InlineData("validate-release", """{"version": """, 1, "not JSON: line 1")]
    [InlineData("validate-release", "[1]", 1, "expected an object")]
    [InlineData("validate-cache", """{"bound": 128}""", 0, "good")]
    [InlineData("validate-cache", """{"bound": null}""", 0, "good")]
    [InlineData("validate-cache", "{}", 0, "good")]
    [InlineData("validate-cache", """{"bound": 0}""", 1, "bound must be a whole number from 1 to 10000, or null")]
    [InlineData("validate-cache", """{"bound": 1e9}""", 1, "bound must be a whole number from 1 to 10000, or null")]
    [InlineData("validate-cache", """{"bound": "many"}""", 1, "bound must be a whole number from 1 to 10000, or null")]
    [InlineData("validate-cache", "", 1, "not JSON: line 1")]
    public void Validate_File_SaysWhetherTheRoleWouldTakeIt(string verb, string content, int code, string words)
    {
        var path = WriteFile("some.json", content);
        var (output, errors) = (new StringWriter(), new StringWriter());
        ValidateCommand.Run([verb, path], output, errors).ShouldBe(code);
        (code == 0 ? output : errors).ToString().ShouldContain(words);
        (code == 0 ? errors : output).ToString().ShouldBeEmpty();
    }

    [Fact]
    public void Validate_NoFileOrTooLong_IsRefusedAndOtherArgumentsAreNotItsBusiness()
    {
        var errors = new StringWriter();
        ValidateCommand.Run(["validate-cache", Path.Combine(directory.Path, "none")], TextWriter.Null, errors).ShouldBe(1);
        ValidateCommand.Run(["validate-cache", directory.Path], TextWriter.Null, errors).ShouldBe(1);
        ValidateCommand.Run(["validate-cache", WriteFile("long", new string(' ', 5_000) + "{}")], TextWriter.Null, errors).ShouldBe(1);
        errors.ToString().ShouldContain("cannot be read");
        errors.ToString().ShouldContain("longer than 4096 bytes");
        ValidateCommand.Run(["cache"], TextWriter.Null, errors).ShouldBeNull();
    }

    [Fact]
    public async Task ValidateVerb_OfTheProgram_EndsWithItsCode()
    {
        using var process = Process.Start(new ProcessStartInfo(RoleProgram.Command().Path, ["validate-release", WriteFile("v.json", """{"version": 9}""")])
        {
            RedirectStandardError = true, Environment = { ["DOTNET_ROOT"] = RoleProgram.RuntimeRoot() },
        })!;
        (await process.StandardError.ReadToEndAsync()).ShouldContain("version must be 1 or 2");
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task SettingFile_ChangedOnDisk_IsAppliedByItself_AndABadOneIsNot()
    {
        var seen = new List<int>();
        await using var file = new SettingFile<ApiRelease>(Path.Combine(directory.Path, ApiRelease.FileName), ApiRelease.First.ToJson(),
            ApiRelease.Parse, release => { lock (seen) seen.Add(release.Version); });
        file.Applied.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData("{\"version\": 1}\n"u8)));
        file.Watch(TimeProvider.System);
        WriteFile(ApiRelease.FileName, """{"version": 7}""");
        file.Reload().ShouldBe("version must be 1 or 2");
        WriteFile(ApiRelease.FileName, """{"version": 2}""");
        await Eventually.Becomes(2, Limit, () => Task.FromResult(file.Applied.Value.Version));
        lock (seen) seen.ShouldBe([1, 2]);
    }

    [Fact]
    public void SettingFile_BadAtTheStart_IsRefused()
    {
        var path = WriteFile(CacheSetting.FileName, "{");
        Should.Throw<InvalidDataException>(() => new SettingFile<CacheSetting>(path, "", CacheSetting.Parse, _ => { })).Message.ShouldStartWith("cache.json: not JSON");
    }

    [Fact]
    public async Task Api_VersionTwoWithoutItsService_Answers500AndSaysThatItIsWell()
    {
        await using var store = new WireServer(Ports.Store, (_, _, _) => ValueTask.FromResult<WireReply>(new WireReply.Value("""{"products":[]}""")),
            new RequestMetrics("store", TimeProvider.System), TimeProvider.System);
        store.Start();
        await using var api = ApiRole.Create(new RoleOptions(RoleName.Api, Ports.Api, Ports.Api, directory.Path,
            new Dictionary<string, (string, int)> { ["store"] = ("127.0.0.1", Ports.Store), ["cache"] = ("127.0.0.1", Ports.Cache) },
            new Dictionary<string, int>()), TimeProvider.System);
        await api.StartAsync();
        (await StatusAsync(Ports.Api, "products")).ShouldBe(HttpStatusCode.OK);
        WriteFile(ApiRelease.FileName, """{"version": 2}""");
        (await ReloadAsync(Ports.Api)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(Ports.Api, "products")).ShouldBe(HttpStatusCode.InternalServerError);
        (await StatusAsync(Ports.Api, "healthz")).ShouldBe(HttpStatusCode.OK);
        WriteFile(ApiRelease.FileName, "not at all");
        (await ReloadAsync(Ports.Api)).ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await GetAsync(Ports.Api, "applied")).ShouldContain("\"version\": 2");
        (await GetAsync(Ports.Api, "facts")).ShouldBe("{\"authentication\": \"absent\"}\n");
        using var service = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        service.Bind(new UnixDomainSocketEndPoint(Path.Combine(directory.Path, "authentication.sock")));
        service.Listen();
        (await GetAsync(Ports.Api, "facts")).ShouldBe("{\"authentication\": \"present\"}\n");
        (await StatusAsync(Ports.Api, "products")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Cache_WithoutABound_IsLateThenRefusesAndIsWellWithOneAgain()
    {
        var ports = DemoPorts.Choose();
        await using var role = CacheRole.Create(new RoleOptions(RoleName.Cache, ports.Cache, ports.CacheAdmin, directory.Path,
            new Dictionary<string, (string, int)>(), new Dictionary<string, int>()), TimeProvider.System);
        await role.StartAsync();
        var cache = new WireClient("cache", ("127.0.0.1", ports.Cache), Limit, TimeProvider.System);
        await FillAsync(cache, from: 0, entries: 300);
        (await GetAsync(ports.CacheAdmin, "metrics")).ShouldContain("demo_cache_entries 128\n");
        
        WriteFile(CacheSetting.FileName, """{"bound": null}""");
        (await ReloadAsync(ports.CacheAdmin)).ShouldBe(HttpStatusCode.OK);
        await FillAsync(cache, from: 300, entries: (int)(CacheRole.BytesSlow / BytesEach) + 1 - 128);
        (await GetAsync(ports.CacheAdmin, "applied")).ShouldContain("\"bound\": null");
        (await TimeOfAsync(cache, "GET page:299")).ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
        // Late answers, so all at once.
        await Task.WhenAll(Enumerable.Range(1_000, 110).Select(number => SetAsync(cache, number)));
        (await cache.AskAsync("GET page:299", CancellationToken.None)).ShouldBe(new WireReply.Refused("the cache answered: out of memory"));
        (await cache.AskAsync("PING", CancellationToken.None)).ShouldBe(new WireReply.Done("PONG"));

        WriteFile(CacheSetting.FileName, """{"bound": 128}""");
        (await ReloadAsync(ports.CacheAdmin)).ShouldBe(HttpStatusCode.OK);
        (await cache.AskAsync("GET page:0", CancellationToken.None)).ShouldBe(new WireReply.Nothing());
        (await GetAsync(ports.CacheAdmin, "metrics")).ShouldContain("demo_cache_entries 128\n");
    }

    [Fact]
    public async Task Store_FileThatIsNoiseOrADirectory_EndsItWithTheError()
    {
        var ports = DemoPorts.Choose();
        using var process = await StartStoreAsync(ports);
        (await GetAsync(ports.StoreAdmin, "healthz")).ShouldBe("ok\n");
        var table = Path.Combine(directory.Path, "products.json");
        File.WriteAllBytes(table, RandomNumberGenerator.GetBytes(500));
        await ShouldEndAsync(process, ports, "Store: the table products is corrupt");
        File.Delete(table);
        using var again = await StartStoreAsync(ports);
        File.Delete(table);
        Directory.CreateDirectory(table);
        await ShouldEndAsync(again, ports, "Store: the table products cannot be read");
    }

    private async Task ShouldEndAsync(Process process, DemoPorts ports, string words)
    {
        try { await GetAsync(ports.StoreAdmin, "healthz"); }
        catch (HttpRequestException) { }
        using var limit = new CancellationTokenSource(Limit);
        await process.WaitForExitAsync(limit.Token);
        process.ExitCode.ShouldBe(RoleExit.DataLost);
        (await process.StandardError.ReadToEndAsync(limit.Token)).ShouldContain(words);
    }

    private async Task<Process> StartStoreAsync(DemoPorts ports)
    {
        var process = Process.Start(new ProcessStartInfo(RoleProgram.Command().Path,
            ["store", "--port", $"{ports.Store}", "--admin-port", $"{ports.StoreAdmin}", "--data", directory.Path])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["DOTNET_ROOT"] = RoleProgram.RuntimeRoot() },
        })!;
        using var limit = new CancellationTokenSource(Limit);
        (await process.StandardOutput.ReadLineAsync(limit.Token)).ShouldBe("ready");
        return process;
    }

    private const int BytesEach = 2 * 30_000;

    private static async Task FillAsync(WireClient cache, int from, int entries)
    {
        for (var number = from; number < from + entries; number++) (await SetAsync(cache, number)).ShouldBe(new WireReply.Done("OK"));
    }

    private static Task<WireReply> SetAsync(WireClient cache, int number) =>
        cache.AskAsync($"SET page:{number} 600 {new string('x', BytesEach / 2)}", CancellationToken.None);

    private static async Task<TimeSpan> TimeOfAsync(WireClient cache, string command)
    {
        var started = TimeProvider.System.GetTimestamp();
        await cache.AskAsync(command, CancellationToken.None);
        return TimeProvider.System.GetElapsedTime(started);
    }

    private string WriteFile(string name, string content)
    {
        var path = Path.Combine(directory.Path, name);
        File.WriteAllText(path + ".next", content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(path + ".next", path, overwrite: true);
        return path;
    }

    private Task<string> GetAsync(int port, string path) => http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/{path}"));

    private async Task<HttpStatusCode> StatusAsync(int port, string path)
    {
        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/{path}"));
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> ReloadAsync(int port)
    {
        using var answer = await http.PostAsync(new Uri($"http://127.0.0.1:{port}/reload"), null);
        return answer.StatusCode;
    }
}
