using System.CommandLine;
using System.Text.Json.Nodes;
using static Tocsin.Commands.ClientText;

namespace Tocsin.Commands;

/// <summary><c>tocsin incident …</c></summary>
internal static class IncidentCommands
{
    public static Command Create()
    {
        var incident = new Command("incident", "See and work on incidents");
        foreach (var command in (Command[])[List(), Show(), Declare(), Act("ack", "Take it: nobody else is woken"), Resolve(), Note(), Suspect(), RuleOut()])
        {
            incident.Subcommands.Add(command);
        }
        return incident;
    }

    private static Argument<string> Id() => new("ID") { Description = "Such as INC-42 or 42" };

    private static Command List()
    {
        var options = new ServerOptions();
        var all = new Option<bool>("--all") { Description = "Also resolved ones, newest first" };
        var command = options.AddTo(new Command("list", "Open incidents") { all });
        options.Run(command, (result, client, cancellation) =>
            client.GetAsync($"/api/v1/incidents?state={(result.GetValue(all) ? "all" : "open")}", cancellation), (body, output) =>
        {
            var incidents = body["incidents"]?.AsArray() ?? [];
            if (incidents.Count == 0) output.WriteLine("No open incident.");
            else Table(output, ["ID", "SEV", "STATE", "STARTED", "TITLE"], incidents.Select(Row));
        });
        return command;
    }

    private static IReadOnlyList<string> Row(JsonNode? incident) =>
    [
        Of(incident, "id"), Of(incident, "severity").ToUpperInvariant(), Of(incident, "state"), Of(incident, "started"), Of(incident, "title"),
    ];

    private static Command Show()
    {
        var options = new ServerOptions();
        var id = Id();
        var command = options.AddTo(new Command("show", "One incident with its story") { id });
        options.Run(command, (result, client, cancellation) => client.GetAsync($"/api/v1/incidents/{Escape(result.GetValue(id))}", cancellation), Print);
        return command;
    }

    private static void Print(JsonNode incident, TextWriter output)
    {
        output.WriteLine(Clean($"{Of(incident, "id")}  {Of(incident, "title")}"));
        output.WriteLine(Clean($"{Of(incident, "severity").ToUpperInvariant()}, {Of(incident, "state")}, since {Of(incident, "started")}"
            + (Of(incident, "ended") is { Length: > 0 } ended ? $", until {ended}" : "")
            + (Of(incident, "acknowledgedBy") is { Length: > 0 } by ? $", {by} has it" : "")));
        foreach (var suspicion in incident["suspicions"]?.AsArray() ?? [])
        {
            var end = Of(suspicion, "because") is { Length: > 0 } because ? $"not, because {because}" : "open";
            output.WriteLine(Clean($"  suspicion {Of(suspicion, "number")}: {Of(suspicion, "suspect")} ({Of(suspicion, "by")}): {end}"));
        }
        if (incident["timeline"] is JsonArray { Count: > 0 } rows)
        {
            output.WriteLine();
            Table(output, ["TIME", "KIND", "WHAT"], rows.Select(row => (IReadOnlyList<string>)[Of(row, "when"), Of(row, "kind"), Of(row, "text")]));
        }
    }

    private static Command Declare()
    {
        var options = new ServerOptions();
        var title = new Argument<string>("TITLE") { Description = "One line" };
        var services = new Option<string[]>("--service") { Description = "Affected service, key or name; may be repeated" };
        var severity = new Option<string>("--severity") { Description = "sev1 (worst) to sev4", DefaultValueFactory = _ => "sev2" };
        var started = new Option<string?>("--started") { Description = "Such as \"2024-01-25 10:00 UTC\"; default now" };
        var command = options.AddTo(new Command("declare", "Open an incident that no probe saw; people are paged") { title, services, severity, started });
        options.Run(command, (result, client, cancellation) => client.PostAsync("/api/v1/incidents", Body(
            ("title", result.GetValue(title)), ("services", Texts(result.GetValue(services))), ("severity", result.GetValue(severity)),
            ("started", result.GetValue(started))), cancellation),
            (body, output) => output.WriteLine(Clean($"{Of(body, "id")} declared")));
        return command;
    }

    private static Command Act(string name, string description)
    {
        var options = new ServerOptions();
        var id = Id();
        var command = options.AddTo(new Command(name, description) { id });
        options.Run(command, (result, client, cancellation) =>
            client.PostAsync($"/api/v1/incidents/{Escape(result.GetValue(id))}/{name}", new JsonObject(), cancellation), Said);
        return command;
    }

    private static Command Resolve()
    {
        var options = new ServerOptions();
        var id = Id();
        var note = new Option<string?>("--note") { Description = "What mended it" };
        var command = options.AddTo(new Command("resolve", "End it by your word; everybody who was paged is told") { id, note });
        options.Run(command, (result, client, cancellation) => client.PostAsync(
            $"/api/v1/incidents/{Escape(result.GetValue(id))}/resolve", Body(("note", result.GetValue(note))), cancellation), Said);
        return command;
    }

    private static Command Note()
    {
        var options = new ServerOptions();
        var id = Id();
        var text = new Argument<string>("TEXT");
        var kind = new Option<string>("--kind") { Description = "Kind of the row, such as note, action, cause found, told users", DefaultValueFactory = _ => "note" };
        var at = new Option<string?>("--at") { Description = "When it happened; default now" };
        var command = options.AddTo(new Command("note", "Add a row to the story") { id, text, kind, at });
        options.Run(command, (result, client, cancellation) => client.PostAsync($"/api/v1/incidents/{Escape(result.GetValue(id))}/notes", Body(
            ("kind", result.GetValue(kind)), ("text", result.GetValue(text)), ("at", result.GetValue(at))), cancellation),
            (_, output) => output.WriteLine("noted"));
        return command;
    }

    private static Command Suspect()
    {
        var options = new ServerOptions();
        var id = Id();
        var suspect = new Argument<string>("SUSPECT") { Description = "A service, a change, or anything in words" };
        var command = options.AddTo(new Command("suspect", "Say what you think it is and look at") { id, suspect });
        options.Run(command, (result, client, cancellation) => client.PostAsync(
            $"/api/v1/incidents/{Escape(result.GetValue(id))}/suspicions", Body(("suspect", result.GetValue(suspect))), cancellation),
            (body, output) => output.WriteLine(Clean($"suspicion {Of(body, "number")}: {Of(body, "suspect")}")));
        return command;
    }

    private static Command RuleOut()
    {
        var options = new ServerOptions();
        var id = Id();
        var number = new Argument<int>("NUMBER") { Description = "Of the suspicion, as 'show' prints it" };
        var because = new Argument<string>("BECAUSE") { Description = "Why it is not that" };
        var command = options.AddTo(new Command("rule-out", "Say why it is not that") { id, number, because });
        options.Run(command, (result, client, cancellation) => client.PostAsync(
            $"/api/v1/incidents/{Escape(result.GetValue(id))}/suspicions/{result.GetValue(number)}/rule-out",
            Body(("because", result.GetValue(because))), cancellation),
            (body, output) => output.WriteLine(Clean($"not {Of(body, "suspect")}: {Of(body, "because")}")));
        return command;
    }

    private static void Said(JsonNode body, TextWriter output)
    {
        var incident = body["incident"] ?? body;
        var by = Of(incident, "acknowledgedBy");
        output.WriteLine(Clean($"{Of(incident, "id")} {Of(incident, "state")}{(by.Length > 0 ? $", {by} has it" : "")}"));
    }

    private static string Escape(string? text) => Uri.EscapeDataString(text ?? "");
}
