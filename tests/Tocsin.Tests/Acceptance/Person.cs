using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tocsin.Kernel;
using Tocsin.Web;
using Tocsin.Web.Accounts;

namespace Tocsin.Tests.Acceptance;

/// <summary>Somebody with a browser without scripts and with a token for the API.</summary>
internal sealed partial class Person : IDisposable
{
    private readonly HttpClient browser, api;

    private Person(Uri address)
    {
        browser = New(address);
        api = New(address);
    }

    private static HttpClient New(Uri address) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, CookieContainer = new CookieContainer() }) { BaseAddress = address };

    /// <summary>Signed in by a one-time link, with a token of the same role.</summary>
    public static async Task<Person> SignedInAsync(RunningServer server, string key, Role role)
    {
        var (person, who) = (new Person(server.Url), new PersonKey(key));
        (await person.browser.GetAsync(await server.Program.FirstAdmin.CreateSignInLinkAsync(who, role))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var token = (await server.Get<ApiTokens>().CreateForAsync(who, $"tests-{Guid.NewGuid():N}", role, Actor.User(who))).Value;
        person.api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return person;
    }

    public static Person Stranger(RunningServer server) => new(server.Url);

    /// <returns>The page's text; any status but 200 fails.</returns>
    public async Task<string> LookAsync(string path)
    {
        using var answer = await browser.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {text}");
        return text;
    }

    /// <summary>Fills in the named form of a page and sends it.</summary>
    /// <returns>What the answer says, or the page that it leads to.</returns>
    public async Task<string> FillInAsync(string path, string form, params (string Name, string Value)[] fields)
    {
        var found = Forms().Matches(await LookAsync(path)).Single(one => one.Value.Contains($"name=\"_handler\" value=\"{form}\"", StringComparison.Ordinal));
        var hidden = Hidden().Matches(found.Value).Select(input => KeyValuePair.Create(input.Groups[1].Value, input.Groups[2].Value));
        using var body = new FormUrlEncodedContent([.. hidden, .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        // A form of a panel belongs to another page.
        var action = Action().Match(found.Value) is { Success: true } match ? match.Groups[1].Value : path;
        using var answer = await browser.PostAsync(action, body);
        var text = await answer.Content.ReadAsStringAsync();
        if (answer.StatusCode == HttpStatusCode.Redirect) return await LookAsync(answer.Headers.Location!.ToString());
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return text;
    }

    /// <summary>Presses a button of a page that was loaded before, as often as somebody likes.</summary>
    /// <param name="to">Where its form goes.</param>
    /// <returns>Where it leads to.</returns>
    public async Task<string> PressAsync(string page, string to, string button)
    {
        var form = Forms().Matches(page).Single(one => one.Value.Contains($"action=\"{to}\"", StringComparison.Ordinal) && one.Value.Contains(button, StringComparison.Ordinal));
        using var body = new FormUrlEncodedContent(Hidden().Matches(form.Value).Select(input => KeyValuePair.Create(input.Groups[1].Value, input.Groups[2].Value)));
        using var answer = await browser.PostAsync(to, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.ToString();
    }

    public async Task<JsonNode> AskAsync(string path) => await ReadAsync(await api.GetAsync($"/api/v1{path}"));

    public async Task<JsonNode> TellAsync(HttpMethod method, string path, object body, string? requestKey = null)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1{path}") { Content = JsonContent.Create(body) };
        if (requestKey is not null) request.Headers.Add("Idempotency-Key", requestKey);
        return await ReadAsync(await api.SendAsync(request));
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{answer.RequestMessage!.RequestUri}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    public void Dispose()
    {
        browser.Dispose();
        api.Dispose();
    }

    [GeneratedRegex("""^<form [^>]*action="([^"]+)""", RegexOptions.None, 1000)]
    private static partial Regex Action();

    [GeneratedRegex("<form .*?</form>", RegexOptions.Singleline, 1000)]
    private static partial Regex Forms();

    [GeneratedRegex("""<input type="hidden" name="([^"]*)" value="([^"]*)"\s*/?>""", RegexOptions.None, 1000)]
    private static partial Regex Hidden();
}
