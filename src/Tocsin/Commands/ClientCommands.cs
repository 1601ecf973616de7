using System.CommandLine;
using System.Text.Json.Nodes;
using Tocsin.Client;

namespace Tocsin.Commands;

/// <summary>Commands that talk to a running server.</summary>
internal static class ClientCommands
{
    public static IEnumerable<Command> Create() => [IncidentCommands.Create(), ChangeCommands.Create(), TargetCommands.Create(), PostmortemCommands.Create(),
        RecoveryCommands.Failover(), RecoveryCommands.Hold(), BackupCommands.Backup()];
}

/// <summary>The options that every client command has.</summary>
internal sealed class ServerOptions
{
    private const string DefaultServer = "http://127.0.0.1:8080";

    private readonly Option<string> server = new("--server")
    {
        Description = $"Address of the server; default TOCSIN_SERVER, else {DefaultServer}",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("TOCSIN_SERVER") is { Length: > 0 } named ? named : DefaultServer,
    };

    private readonly Option<string?> token = new("--token") { Description = "API token; default TOCSIN_TOKEN" };
    private readonly Option<bool> json = new("--json") { Description = "Print JSON for programs instead of text for people" };

    public Command AddTo(Command command)
    {
        command.Options.Add(server);
        command.Options.Add(token);
        command.Options.Add(json);
        return command;
    }

    /// <summary>Sets what the command does: asks the server, then prints the answer or the error.</summary>
    /// <param name="print">For people; null prints nothing but what <paramref name="ask"/> printed.</param>
    public void Run(Command command, Func<ParseResult, ApiClient, CancellationToken, Task<ApiAnswer>> ask, Action<JsonNode, TextWriter> print) =>
        command.SetAction(async (result, cancellation) =>
        {
            if (Connect(result) is not { } client) return 2;
            using (client)
            {
                var answer = await ask(result, client, cancellation);
                if (answer.Error is { } error) return Refuse(error);
                if (result.GetValue(json)) Console.Out.WriteLine((answer.Body ?? new JsonObject()).ToJsonString(Indented));
                else if (answer.Body is { } body) print(body, Console.Out);
                return 0;
            }
        });

    /// <summary>For documents that are text already.</summary>
    public void RunText(Command command, Func<ParseResult, string> path, string mediaType) => command.SetAction(async (result, cancellation) =>
    {
        if (Connect(result) is not { } client) return 2;
        using (client)
        {
            var (text, error) = await client.GetTextAsync(path(result), result.GetValue(json) ? "application/json" : mediaType, cancellation);
            if (error is not null) return Refuse(error);
            Console.Out.WriteLine(text!.TrimEnd());
            return 0;
        }
    });

    /// <summary>For actions that end in a sentence.</summary>
    /// <param name="act">Answers what to print, or the error.</param>
    public void RunAction(Command command, Func<ParseResult, ApiClient, CancellationToken, Task<(string? Said, string? Error)>> act) =>
        command.SetAction(async (result, cancellation) =>
        {
            if (Connect(result) is not { } client) return 2;
            using (client)
            {
                var (said, error) = await act(result, client, cancellation);
                if (error is not null) return Refuse(error);
                Console.Out.WriteLine(said);
                return 0;
            }
        });

    private static readonly System.Text.Json.JsonSerializerOptions Indented = new() { WriteIndented = true };

    private ApiClient? Connect(ParseResult result)
    {
        var address = result.GetValue(server)!;
        var secret = result.GetValue(token) ?? Environment.GetEnvironmentVariable("TOCSIN_TOKEN");
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            Refuse($"--server {address} is not an address such as https://tocsin.example.org");
            return null;
        }
        if (string.IsNullOrWhiteSpace(secret))
        {
            Refuse("a token is needed: make one under Settings, API tokens, and give it with --token or TOCSIN_TOKEN");
            return null;
        }
        return new ApiClient(uri, secret.Trim());
    }

    private static int Refuse(string error)
    {
        Console.Error.WriteLine($"tocsin: {error}");
        return 1;
    }
}

/// <summary>Small helpers for JSON bodies and tables.</summary>
internal static class ClientText
{
    /// <summary>An object of the members that have a value.</summary>
    public static JsonObject Body(params (string Name, JsonNode? Value)[] members)
    {
        var body = new JsonObject();
        foreach (var (name, value) in members)
        {
            if (value is not null) body[name] = value;
        }
        return body;
    }

    public static JsonArray? Texts(IReadOnlyList<string>? values) =>
        values is { Count: > 0 } ? new JsonArray([.. values.Select(value => (JsonNode)value)]) : null;

    public static string Of(JsonNode? node, string name) => node?[name] is { } value ? value.ToString() : "";

    /// <summary>Columns by the longest cell; a last column is not padded. Control characters of a server are not printed.</summary>
    public static void Table(TextWriter output, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Select(row => row.Select(Clean).ToList()).ToList();
        var widths = heads.Select((head, column) => all.Select(row => row[column].Length).Append(head.Length).Max()).ToList();
        foreach (var row in all.Prepend([.. heads]))
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => column == heads.Count - 1 ? cell : cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    public static string Clean(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
