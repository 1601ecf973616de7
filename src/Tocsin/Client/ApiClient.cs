using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tocsin.Client;

/// <summary>What a server answered: a document, or a sentence for the person at the terminal.</summary>
internal sealed record ApiAnswer(JsonNode? Body, string? Error);

/// <summary>Talks to a server as the person whose token it has.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient http;

    public ApiClient(Uri server, string token)
    {
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = server, Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = 16 * 1024 * 1024,
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        http.DefaultRequestHeaders.UserAgent.ParseAdd("tocsin-cli");
    }

    public Task<ApiAnswer> GetAsync(string path, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellation);

    public Task<ApiAnswer> PostAsync(string path, JsonNode body, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) }, cancellation);

    public Task<ApiAnswer> DeleteAsync(string path, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), cancellation);

    /// <summary>The document as text, such as Markdown.</summary>
    public async Task<(string? Text, string? Error)> GetTextAsync(string path, string mediaType, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(mediaType);
        try
        {
            using var response = await http.SendAsync(request, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            return response.IsSuccessStatusCode ? (text, null) : (null, InWords(response.StatusCode, Read(text)));
        }
        catch (Exception error) when (IsNoAnswer(error, cancellation))
        {
            return (null, NoAnswer(error));
        }
    }

    /// <summary>Stores the answer of a POST in a new file; a file that could not be completed is removed.</summary>
    /// <returns>Null when it is there; else why not.</returns>
    public async Task<string?> DownloadAsync(string path, string file, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (!response.IsSuccessStatusCode) return InWords(response.StatusCode, Read(await response.Content.ReadAsStringAsync(cancellation)));
            await using (var target = new FileStream($"{file}.partial", new FileStreamOptions
            {
                Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                await response.Content.CopyToAsync(target, cancellation);
            }
            File.Move($"{file}.partial", file, overwrite: false);
            return null;
        }
        catch (Exception error) when (IsNoAnswer(error, cancellation))
        {
            return NoAnswer(error);
        }
        catch (IOException error)
        {
            return error.Message;
        }
        finally
        {
            File.Delete($"{file}.partial");
        }
    }

    private async Task<ApiAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using (request)
        {
            try
            {
                using var response = await http.SendAsync(request, cancellation);
                var body = Read(await response.Content.ReadAsStringAsync(cancellation));
                return response.IsSuccessStatusCode ? new ApiAnswer(body, null) : new ApiAnswer(null, InWords(response.StatusCode, body));
            }
            catch (Exception error) when (IsNoAnswer(error, cancellation))
            {
                return new ApiAnswer(null, NoAnswer(error));
            }
        }
    }

    private static bool IsNoAnswer(Exception error, CancellationToken cancellation) =>
        error is HttpRequestException || (error is OperationCanceledException && !cancellation.IsCancellationRequested);

    private string NoAnswer(Exception error) => $"{http.BaseAddress} does not answer: {error.Message}";

    private static JsonNode? Read(string text)
    {
        try { return text.Length == 0 ? null : JsonNode.Parse(text); }
        catch (JsonException) { return null; }
    }

    private static string InWords(HttpStatusCode status, JsonNode? problem)
    {
        if (status == HttpStatusCode.Unauthorized) return "the server does not know this token; give another with --token or TOCSIN_TOKEN";
        if (status == HttpStatusCode.Forbidden) return "this token may not do that; it needs the role responder or admin";
        var detail = (string?)problem?["detail"] ?? (string?)problem?["title"] ?? $"the server answered {(int)status}";
        var fields = problem?["errors"] is JsonObject errors
            ? errors.Select(field => $"\n  {field.Key}: {string.Join("; ", field.Value?.AsArray().Select(text => (string?)text) ?? [])}") : [];
        return detail + string.Concat(fields);
    }

    public void Dispose() => http.Dispose();
}
