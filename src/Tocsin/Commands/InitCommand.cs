using System.CommandLine;
using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Init;
using Tocsin.Kernel;
using Tocsin.Paging.Delivery;
using Tocsin.Server;
using Tocsin.Web;

namespace Tocsin.Commands;

/// <summary>From nothing to a watched site: asks, writes the configuration, serves it, and proves that the person can be woken.</summary>
internal sealed class InitCommand
{
    private const int DefaultPort = 8080, Interrupted = 130;
    private const string DefaultDirectory = "config", DefaultWait = "2m";

    private readonly Argument<string> directory = new("DIR")
    {
        Description = $"Directory to make for the configuration; default {DefaultDirectory}", DefaultValueFactory = _ => DefaultDirectory,
    };
    private readonly Option<string?> url = new("--url") { Description = "What is watched: an address" };
    private readonly Option<string?> person = new("--person") { Description = "Who is woken: a name" };
    private readonly Option<string?> by = new("--by") { Description = "By what: ntfy=URL, mail=ADDRESS or webhook=URL" };
    private readonly Option<string?> smtp = new("--smtp") { Description = $"Server that takes our mail, host:port; default {InitChannel.DefaultSmtp}" };
    private readonly Option<string?> publicUrl = new("--public-url") { Description = "Where people reach this install; default this machine only" };
    private readonly Option<bool> yes = new("--yes") { Description = "Ask nothing: what is not said has its default" };
    private readonly Option<string> wait = new("--wait")
    {
        Description = $"How long to wait for the acknowledgement of the self-test; default {DefaultWait}", DefaultValueFactory = _ => DefaultWait,
    };
    private readonly Option<string> data = new("--data")
    {
        Description = "Directory of the database and keys", DefaultValueFactory = _ => Product.DefaultData("server"),
    };
    private readonly Option<int> port = ServeCommand.PortOption(DefaultPort);

    public static Command Create() => new InitCommand().Build();

    private Command Build()
    {
        var command = new Command("init", "Your own site in two minutes: asks three things, writes the configuration, serves it, and sends a self-test page")
        {
            directory, url, person, by, smtp, publicUrl, yes, wait, data, port,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var target = result.GetValue(directory)!;
        if (InitDirectory.WhyTaken(target) is { } taken) return Refuse(taken);
        if (!ConfigDurations.Parse(result.GetValue(wait)!).TryGet(out var patience, out var shape)) return Refuse($"--wait: {shape}", 2);
        if (!PortOf(result).TryGet(out var free, out var busy)) return Refuse(busy);
        if (!OptionsOf(result, free).TryGet(out var said, out var wrong)) return Refuse(wrong, 2);
        InitAnswers? answers;
        try
        {
            answers = result.GetValue(yes) ? InitQuestions.Defaults(said) : await new InitQuestions(Console.In, Console.Out).AskAsync(said, cancellation);
        }
        catch (OperationCanceledException)
        {
            return Refuse($"{Environment.NewLine}Nothing is written.", Interrupted);
        }
        if (answers is null) return Refuse($"{Environment.NewLine}The input ended before everything was answered; nothing is written. Say it by options: tocsin init --help", 2);
        if (InitDirectory.Write(target, InitConfiguration.FileName, InitConfiguration.Text(answers, target)).Error is { } unwritten) return Refuse(unwritten);
        Console.Out.WriteLine($"{Path.Combine(target, InitConfiguration.FileName)} is written; only this user can read it.");
        var settings = new ServerSettings(target, result.GetValue(data)!, null, free, IsQuiet: true);
        return await ServeAsync(answers, settings, patience, Again(result, target, free), cancellation);
    }

    /// <summary>The wanted port when it was asked for, which must be free; else one that is.</summary>
    private Parsed<int> PortOf(ParseResult result)
    {
        var wanted = result.GetValue(port);
        if (PortChoice.IsFree(wanted)) return wanted;
        if (result.GetResult(port) is { Implicit: false }) return Parsed<int>.Bad($"port {wanted} is busy; choose another with --port");
        var free = PortChoice.Near(wanted);
        Console.Out.WriteLine($"port {wanted} is busy; taking {free}");
        return free;
    }

    /// <returns>What stood on the command line; everything that is wrong with it, one per line.</returns>
    private Parsed<InitOptions> OptionsOf(ParseResult result, int free)
    {
        InitChannel? channel = null;
        if (result.GetValue(by) is { } text && !InitChannel.Parse(text, result.GetValue(smtp)).TryGet(out channel, out var unread)) return Parsed<InitOptions>.Bad(unread);
        var said = new InitOptions(result.GetValue(url), result.GetValue(person), channel, result.GetValue(publicUrl) ?? $"http://127.0.0.1:{free}");
        return InitConfiguration.FaultsOf(InitQuestions.Defaults(said)) is { Count: > 0 } faults
            ? Parsed<InitOptions>.Bad(string.Join(Environment.NewLine, faults)) : said;
    }

    private static async Task<int> ServeAsync(InitAnswers answers, ServerSettings settings, TimeSpan patience, string again, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        if (!(await ServerProgram.CreateAsync(settings, clock)).TryGet(out var program, out var error)) return Refuse($"{error}{Environment.NewLine}Then start it: {again}");
        await using (program)
        {
            if (!(await program.StartAsync(cancellation)).TryGet(out _, out var taken)) return Refuse($"{taken}{Environment.NewLine}Then start it: {again}");
            foreach (var warning in program.App.Services.GetRequiredService<Revisions>().Warnings) Console.Out.WriteLine(warning);
            var local = new Uri($"http://127.0.0.1:{settings.Port}/");
            Console.Out.WriteLine($"Tocsin {Product.Version} watches {answers.Url} and serves {local}, data in {settings.Data}");
            try
            {
                await new InitSelfTest(program.App.Services.GetRequiredService<SelfTests>(), answers, clock, Console.Out).RunAsync(patience, cancellation);
                var link = await program.FirstAdmin.CreateSignInLinkAsync(answers.Person, Role.Admin, cancellation);
                Tell(answers, local, link, again);
                await program.App.WaitForShutdownAsync(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                Console.Out.WriteLine($"Stopped. Start it again: {again}");
            }
        }
        return 0;
    }

    private static void Tell(InitAnswers answers, Uri local, string link, string again)
    {
        var status = answers.PublicUrl.TrimEnd('/') + "/status";
        var here = new Uri(local, "/status").AbsoluteUri;
        Console.Out.WriteLine($"""

              Status page, for everybody:       {status}{(status == here ? "" : $"  (here: {here})")}
              Open this once, it signs you in:  {new Uri(local, link)}
              Next time:                        {again}

            Ctrl+C stops the server.
            """);
    }

    /// <summary>The command that starts the same server again.</summary>
    private string Again(ParseResult result, string target, int free)
    {
        var command = $"tocsin serve --config {target}";
        if (result.GetResult(data) is { Implicit: false }) command += $" --data {result.GetValue(data)}";
        return free == DefaultPort ? command : $"{command} --port {free}";
    }

    private static int Refuse(string error, int code = 1)
    {
        Console.Error.WriteLine(error);
        return code;
    }
}
