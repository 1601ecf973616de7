using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Tocsin.Kernel;
using Tocsin.Web;

namespace Tocsin.Tests.Acceptance;

/// <summary>More services than stand on one screen.</summary>
public sealed partial class ManyServicesTests
{
    private const int Services = 53, PageSize = 50;

    [Fact]
    public async Task Services_MoreThanAPage_StandOnSeveralEachOnce()
    {
        await using var server = await RunningServer.StartAsync(Configuration());
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, CookieContainer = new CookieContainer() }) { BaseAddress = server.Url };
        (await client.GetAsync(await server.Program.FirstAdmin.CreateSignInLinkAsync(new PersonKey("me"), Role.Viewer))).StatusCode.ShouldBe(HttpStatusCode.OK);
        var (first, second) = (await KeysAsync(client, "/services"), await KeysAsync(client, "/services?page=2"));
        (first.Count, second.Count).ShouldBe((PageSize, Services - PageSize));
        first.Concat(second).Distinct().Count().ShouldBe(Services);
        var overview = await client.GetStringAsync("/");
        Links(overview).Count.ShouldBe(PageSize);
        overview.ShouldContain("All 53 services</a>", Case.Sensitive, "what does not stand on the overview is named with the way to it");
    }

    private static string Configuration()
    {
        var yaml = new StringBuilder("people:\n  me: {ntfy: http://127.0.0.1:1/topic}\nservices:\n");
        for (var index = 0; index < Services; index++) yaml.AppendLine(CultureInfo.InvariantCulture, $"  s{index}: {{}}");
        return yaml.ToString();
    }

    private static async Task<List<string>> KeysAsync(HttpClient client, string path) => Links(await client.GetStringAsync(path));

    private static List<string> Links(string page) => [.. ServiceLink().Matches(page).Select(match => match.Value)];

    [GeneratedRegex("href=\"/services/s[0-9]+\"", RegexOptions.None, 1_000)]
    private static partial Regex ServiceLink();
}
