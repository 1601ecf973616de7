using System.Net;
using System.Net.Http.Headers;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace Tocsin.Web.Tests.Site;

/// <summary>Cookies, pages and forms without a script.</summary>
public sealed class Browser : IDisposable
{
    private readonly HttpClient client;

    public Browser(Uri address)
    {
        Cookies = new CookieContainer();
        client = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false, UseProxy = false })
        { BaseAddress = address };
    }

    public HttpClient Client => client;
    public CookieContainer Cookies { get; }
    public string? Bearer { set => client.DefaultRequestHeaders.Authorization = value is null ? null : new AuthenticationHeaderValue("Bearer", value); }

    public async Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Answer.FromAsync(await client.SendAsync(request));
    }

    /// <summary>Fills in a form of a page and sends it as a browser would.</summary>
    /// <param name="handler">Name of the form.</param>
    public Task<Answer> SubmitAsync(Answer page, string handler, params (string Name, string Value)[] values)
    {
        var form = page.Page.QuerySelectorAll("form").Cast<IHtmlFormElement>()
            .First(candidate => candidate.QuerySelector($"input[name=_handler][value='{handler}']") is not null);
        var fields = form.Elements.OfType<IHtmlInputElement>().Where(input => input.Name is not null).Select(input => (Name: input.Name!, input.Value))
            .Concat(form.Elements.OfType<IHtmlSelectElement>().Where(select => select.Name is not null).Select(select => (Name: select.Name!, Value: select.Value ?? "")))
            .Where(field => values.All(value => value.Name != field.Name)).Concat(values);
        return PostAsync(form.GetAttribute("action") is { Length: > 0 } action ? action : page.Path, [.. fields]);
    }

    public async Task<Answer> PostAsync(string path, params (string Name, string Value)[] values)
    {
        using var content = new FormUrlEncodedContent(values.Select(value => KeyValuePair.Create(value.Name, value.Value)));
        return await Answer.FromAsync(await client.PostAsync(path, content));
    }

    public void Dispose() => client.Dispose();
}

/// <summary>One answer of the server.</summary>
public sealed record Answer(HttpStatusCode Status, HttpResponseMessage Message, string Text, string Path, IDocument Page)
{
    public string? Location => Message.Headers.Location?.ToString();
    public string Header(string name) => Message.Headers.TryGetValues(name, out var values) ? string.Join(", ", values)
        : Message.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : "";

    internal static async Task<Answer> FromAsync(HttpResponseMessage message)
    {
        var text = await message.Content.ReadAsStringAsync();
        var page = await BrowsingContext.New(Configuration.Default).OpenAsync(request => request.Content(text));
        return new Answer(message.StatusCode, message, text, message.RequestMessage!.RequestUri!.PathAndQuery, page);
    }
}
