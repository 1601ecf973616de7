using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Tocsin.Changes.Guarded;
using Tocsin.Client;
using static Tocsin.Commands.ClientText;

namespace Tocsin.Commands;

/// <summary><c>tocsin target …</c></summary>
internal static class TargetCommands
{
    public static Command Create()
    {
        var target = new Command("target", "Files that are changed under guard");
        foreach (var command in (Command[])[List(), Show(), Apply(), RollBack()]) target.Subcommands.Add(command);
        return target;
    }

    private static Argument<string> Key() => new("TARGET") { Description = "Key of the target" };

    private static Command List()
    {
        var options = new ServerOptions();
        var command = options.AddTo(new Command("list", "All targets"));
        options.Run(command, (_, client, cancellation) => client.GetAsync("/api/v1/targets", cancellation), (body, output) =>
        {
            var targets = body["targets"]?.AsArray() ?? [];
            if (targets.Count == 0) output.WriteLine("No target is configured.");
            else Table(output, ["TARGET", "SERVICE", "STATE", "SINCE", "FILE"], targets.Select(one =>
                (IReadOnlyList<string>)[Of(one, "key"), Of(one, "service"), StateOf(one), Of(one, "since"), Of(one, "file")]));
        });
        return command;
    }

    private static string StateOf(JsonNode? target) => target?["underWay"] is { } open ? $"{Of(open, "id")} {Of(open, "phase")}"
        : Of(target, "fault") is { Length: > 0 } fault ? fault : target?["healthySeconds"] is null ? "not proved" : "healthy";

    private static Command Show()
    {
        var options = new ServerOptions();
        var key = Key();
        var command = options.AddTo(new Command("show", "One target with its last changes") { key });
        options.Run(command, (result, client, cancellation) => client.GetAsync($"/api/v1/targets/{Escape(result.GetValue(key))}", cancellation), Print);
        return command;
    }

    private static void Print(JsonNode target, TextWriter output)
    {
        output.WriteLine(Clean($"{Of(target, "key")}  {Of(target, "file")}, of {Of(target, "service")}"));
        output.WriteLine(Clean($"{StateOf(target)}, {Of(target, "sha256")} since {Of(target, "since")}"));
        if (target["rollBack"] is { } offer)
            output.WriteLine(Clean($"roll back: to the version of {Of(offer, "versionSince")} (proved healthy for {Of(offer, "healthySeconds")} s): {Of(offer, "diff")}"));
        if (target["changes"] is not JsonArray { Count: > 0 } changes) return;
        output.WriteLine();
        Table(output, ["ID", "PHASE", "AT", "BY", "WHY"], changes.Select(one =>
            (IReadOnlyList<string>)[Of(one, "id"), Of(one, "phase"), Of(one, "createdAt"), Of(one, "by"), Of(one, "why")]));
    }

    private static Command Apply()
    {
        var options = new ServerOptions();
        var (key, file) = (Key(), new Argument<string>("FILE") { Description = "The new content" });
        var reason = new Option<string?>("--reason") { Description = "One line: why" };
        var command = options.AddTo(new Command("apply", "Change it under guard; what hurts is taken back") { key, file, reason });
        options.Run(command, async (result, client, cancellation) =>
        {
            var (content, error) = await ReadAsync(result.GetValue(file)!, cancellation);
            if (error is not null) return new ApiAnswer(null, error);
            return await client.PostAsync($"/api/v1/targets/{Escape(result.GetValue(key))}/changes", Body(("content", content), ("reason", result.GetValue(reason))), cancellation);
        }, Said);
        return command;
    }

    private static async Task<(string? Content, string? Error)> ReadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > TargetModel.BytesMax }) return (null, $"{path} has more than {TargetModel.BytesMax / 1024} KiB");
            return (await File.ReadAllTextAsync(path, new UTF8Encoding(false, throwOnInvalidBytes: true), cancellation), null);
        }
        catch (DecoderFallbackException) { return (null, $"{path} is not text in UTF-8"); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { return (null, $"{path} cannot be read: {error.Message}"); }
    }

    private static Command RollBack()
    {
        var options = new ServerOptions();
        var key = Key();
        var incident = new Option<string?>("--incident") { Description = "Such as INC-42: its story tells of it" };
        var command = options.AddTo(new Command("rollback", "Put back the last version that was proved healthy") { key, incident });
        options.Run(command, (result, client, cancellation) => client.PostAsync(
            $"/api/v1/targets/{Escape(result.GetValue(key))}/rollback", Body(("incident", result.GetValue(incident))), cancellation), Said);
        return command;
    }

    private static void Said(JsonNode change, TextWriter output) => output.WriteLine(Clean(
        $"{Of(change, "id")} begins; tocsin target show {Of(change, "target")} tells what becomes of it"));

    private static string Escape(string? text) => Uri.EscapeDataString(text ?? "");
}
