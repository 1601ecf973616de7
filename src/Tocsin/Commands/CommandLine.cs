using System.CommandLine;
using Tocsin.Demo;
using Tocsin.Server;

namespace Tocsin.Commands;

/// <summary>The command line. Exit codes: 0 done, 1 refused with a reason, 2 called wrongly.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Length == 0)
        {
            Console.Out.Write(FirstHelp.Text);
            return 0;
        }
        if (args is ["--version"])
        {
            Console.Out.WriteLine($"tocsin {Product.Version}");
            return 0;
        }
        if (args is [RoleProgram.Word, .. var part]) return await ShopProgram.RunAsync(part);
        var parsed = Root().Parse(args);
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync();
        foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync($"tocsin: {error.Message}");
        await Console.Error.WriteLineAsync($"Try: tocsin {string.Join(' ', args.TakeWhile(arg => !arg.StartsWith('-')).Take(2))} --help");
        return 2;
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("Tocsin runs the whole life of an outage in one program.");
        root.Subcommands.Add(DemoCommand.Create());
        root.Subcommands.Add(InitCommand.Create());
        root.Subcommands.Add(ServeCommand.Create());
        root.Subcommands.Add(ValidateCommand.Create());
        root.Subcommands.Add(SchemaCommand.Create());
        foreach (var command in ClientCommands.Create()) root.Subcommands.Add(command);
        root.Subcommands.Add(BackupCommands.Restore());
        return root;
    }
}

/// <summary>What somebody sees who types <c>./tocsin</c> for the first time.</summary>
internal static class FirstHelp
{
    public static string Text { get; } = $"""
        Tocsin {Product.Version}: notices an outage, wakes somebody, keeps the story, tells the users, writes the postmortem.

        See it work, with a small shop that breaks at the press of a button:
          tocsin demo

        Your own site in two minutes: asks three things, writes the configuration, serves it, sends a self-test page:
          tocsin init

        Run it for real:
          tocsin validate DIR                      all mistakes of a configuration, with file, line and column
          tocsin serve --config DIR --data DIR     the server; the first start prints a link for the administrator
          tocsin schema                            JSON Schema of the configuration, for editors
          tocsin backup FILE                       a copy of a running server;  tocsin restore FILE --data DIR

        Work on an outage from a terminal (--server URL and --token TOKEN, or TOCSIN_SERVER and TOCSIN_TOKEN):
          tocsin incident list | show | declare | ack | resolve | note | suspect | rule-out
          tocsin change record                     tell that something was changed
          tocsin target list | show | apply | rollback    change a file under guard; put back what was proved healthy
          tocsin failover list | move              where traffic goes;  tocsin hold on | off | show  stop everything automatic
          tocsin postmortem new | show             write up a past outage; print a postmortem

        The smallest configuration, one file in DIR:
          people:
            me: {"{"}ntfy: https://ntfy.sh/a-long-secret-topic{"}"}
          services:
            shop: https://shop.example.org
          public_url: https://tocsin.example.org

        Every command explains itself: tocsin COMMAND --help

        """;
}
