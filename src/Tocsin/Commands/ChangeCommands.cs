using System.CommandLine;
using static Tocsin.Commands.ClientText;

namespace Tocsin.Commands;

/// <summary><c>tocsin change …</c></summary>
internal static class ChangeCommands
{
    public static Command Create()
    {
        var options = new ServerOptions();
        var title = new Argument<string>("TITLE") { Description = "Such as deploy/812" };
        var kind = new Option<string>("--kind") { Description = "Such as deploy, config, network, data", DefaultValueFactory = _ => "change" };
        var service = new Option<string?>("--service") { Description = "Key or name of the service" };
        var description = new Option<string?>("--description");
        var link = new Option<string?>("--link") { Description = "Web address of the details" };
        var author = new Option<string?>("--author");
        var at = new Option<string?>("--at") { Description = "When, ISO 8601 with zone; default now" };
        var record = options.AddTo(new Command("record", "Tell that production was altered") { title, kind, service, description, link, author, at });
        options.Run(record, (result, client, cancellation) => client.PostAsync("/api/v1/changes", Body(
            ("title", result.GetValue(title)), ("kind", result.GetValue(kind)), ("service", result.GetValue(service)),
            ("description", result.GetValue(description)), ("link", result.GetValue(link)), ("author", result.GetValue(author)),
            ("happenedAt", result.GetValue(at))), cancellation),
            (body, output) => output.WriteLine(Clean($"{Of(body, "id")} recorded: {Of(body, "title")}")));
        return new Command("change", "Changes of production") { record };
    }
}
