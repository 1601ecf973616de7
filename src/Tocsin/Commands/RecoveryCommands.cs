using System.CommandLine;
using System.Text.Json.Nodes;
using static Tocsin.Commands.ClientText;

namespace Tocsin.Commands;

/// <summary><c>tocsin hold …</c> and <c>tocsin failover …</c></summary>
internal static class RecoveryCommands
{
    public static Command Hold() => new("hold", "Hold everything automatic") { On(), Off(), Shown() };

    public static Command Failover() => new("failover", "Where traffic goes") { List(), Move() };

    private static Command On()
    {
        var options = new ServerOptions();
        var why = new Argument<string>("WHY") { Description = "Others read it at 3 a.m." };
        var minutes = new Option<int>("--minutes") { Description = "1 to 10080; default 60", DefaultValueFactory = _ => 60 };
        var command = options.AddTo(new Command("on", "Nothing acts by itself until then; people may act as before") { why, minutes });
        options.Run(command, (result, client, cancellation) => client.PostAsync("/api/v1/hold",
            Body(("why", result.GetValue(why)), ("minutes", result.GetValue(minutes))), cancellation), Say);
        return command;
    }

    private static Command Off()
    {
        var options = new ServerOptions();
        var command = options.AddTo(new Command("off", "Everything automatic may act again"));
        options.Run(command, (_, client, cancellation) => client.DeleteAsync("/api/v1/hold", cancellation), Say);
        return command;
    }

    private static Command Shown()
    {
        var options = new ServerOptions();
        var command = options.AddTo(new Command("show", "Whether it is held, by whom, why and until when"));
        options.Run(command, (_, client, cancellation) => client.GetAsync("/api/v1/hold", cancellation), Say);
        return command;
    }

    private static void Say(JsonNode hold, TextWriter output) => output.WriteLine(Clean(Of(hold, "held") == "true"
        ? $"held by {Of(hold, "owner")} until {Of(hold, "until")}: {Of(hold, "why")}" : "nothing is held"));

    private static Command List()
    {
        var options = new ServerOptions();
        var command = options.AddTo(new Command("list", "Every switch, its sides, and what stands against moving"));
        options.Run(command, (_, client, cancellation) => client.GetAsync("/api/v1/failovers", cancellation), (body, output) =>
        {
            var failovers = body["failovers"]?.AsArray() ?? [];
            if (failovers.Count == 0) output.WriteLine("No failover is configured.");
            else Table(output, ["KEY", "MODE", "ACTIVE", "PRIMARY", "STANDBY", "AGAINST MOVING"], failovers.Select(Row));
        });
        return command;
    }

    private static IReadOnlyList<string> Row(JsonNode? failover) =>
    [
        Of(failover, "key"), Of(failover, "mode"), Of(failover, "active"), Of(failover?["primary"], "state"), Of(failover?["standby"], "state"),
        string.Join("; ", failover?["bars"]?.AsArray().Select(bar => (string?)bar) ?? []),
    ];

    private static Command Move()
    {
        var options = new ServerOptions();
        var key = new Argument<string>("KEY") { Description = "Of the failover" };
        var to = new Argument<string>("SIDE") { Description = "standby or primary" };
        var anyway = new Option<bool>("--anyway") { Description = "Although that side is not fit; the reasons stand in 'failover list'" };
        var why = new Option<string?>("--why") { Description = "In your words, for the journal" };
        var command = options.AddTo(new Command("move", "Move traffic; doing it again is harmless") { key, to, anyway, why });
        options.Run(command, (result, client, cancellation) => client.PostAsync($"/api/v1/failovers/{Uri.EscapeDataString(result.GetValue(key)!)}/move",
            Body(("to", result.GetValue(to)), ("anyway", result.GetValue(anyway)), ("why", result.GetValue(why))), cancellation),
            (body, output) => output.WriteLine(Clean(Of(body, "text"))));
        return command;
    }
}
