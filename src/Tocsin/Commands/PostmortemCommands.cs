using System.CommandLine;
using System.Text.Json.Nodes;
using static Tocsin.Commands.ClientText;

namespace Tocsin.Commands;

/// <summary><c>tocsin postmortem …</c></summary>
internal static class PostmortemCommands
{
    public static Command Create() => new("postmortem", "Write up outages") { New(), Show() };

    private static Command Show()
    {
        var options = new ServerOptions();
        var id = new Argument<string>("ID") { Description = "Of the incident, such as INC-42" };
        var command = options.AddTo(new Command("show", "Print the postmortem of an incident as Markdown") { id });
        options.RunText(command, result => $"/api/v1/incidents/{Uri.EscapeDataString(result.GetValue(id)!)}/postmortem", "text/markdown");
        return command;
    }

    private static Command New()
    {
        var options = new ServerOptions();
        var title = Needed("--title", "One line");
        var services = new Option<string[]>("--service") { Description = "Affected service; may be repeated" };
        var start = Needed("--start", "Such as \"2024-01-25 10:00 UTC\", \"about 2024-01-25 10:00 UTC\", 2024-01-25 or unknown");
        var end = Needed("--end", "Written like --start");
        var severity = new Option<string>("--severity") { DefaultValueFactory = _ => "sev2", Description = "sev1 (worst) to sev4" };
        var extent = Optional("--extent", "full, partial or degraded");
        var users = new Option<double?>("--users-percent") { Description = "Share of users affected, 0 to 100" };
        var basis = Optional("--users-basis", "Where the share comes from, such as \"a person's estimate\"");
        var symptoms = Optional("--symptoms", "What users saw");
        var business = Optional("--business", "What it cost the business");
        var reputation = Optional("--reputation", "What it cost the reputation");
        var cause = Optional("--cause", "Why it happened");
        var entries = new Option<string[]>("--entry") { Description = "A row of the story: \"WHEN | KIND | TEXT\"; may be repeated" };
        var command = options.AddTo(new Command("new", "Write up a past outage; nobody is paged")
        {
            title, services, start, end, severity, extent, users, basis, symptoms, business, reputation, cause, entries,
        });
        entries.Validators.Add(result =>
        {
            foreach (var entry in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (entry.Split('|').Length < 3) result.AddError($"--entry \"{entry}\" is not WHEN | KIND | TEXT");
            }
        });
        options.Run(command, (result, client, cancellation) => client.PostAsync("/api/v1/incidents", Body(
            ("title", result.GetValue(title)), ("services", Texts(result.GetValue(services))), ("severity", result.GetValue(severity)),
            ("past", true), ("started", result.GetValue(start)), ("ended", result.GetValue(end)), ("cause", result.GetValue(cause)),
            ("impact", Impact(Body(("extent", result.GetValue(extent)), ("usersPercent", result.GetValue(users)),
                ("usersBasis", result.GetValue(basis)), ("symptoms", result.GetValue(symptoms)),
                ("business", result.GetValue(business)), ("reputation", result.GetValue(reputation))))),
            ("entries", Entries(result.GetValue(entries)))), cancellation),
            (body, output) => output.WriteLine(Clean($"{Of(body, "id")} written up; print it with: tocsin postmortem show {Of(body, "id")}")));
        return command;
    }

    private static JsonObject? Impact(JsonObject impact) => impact.Count > 0 ? impact : null;

    private static JsonArray? Entries(IReadOnlyList<string>? entries) => entries is not { Count: > 0 } ? null
        : new JsonArray([.. entries.Select(entry => entry.Split('|', 3, StringSplitOptions.TrimEntries))
            .Select(parts => (JsonNode)Body(("at", parts[0]), ("kind", parts[1]), ("text", parts[2])))]);

    private static Option<string> Needed(string name, string description) => new(name) { Description = description, Required = true };
    private static Option<string?> Optional(string name, string description) => new(name) { Description = description };
}
