using System.CommandLine;
using Tocsin.Changes;
using Tocsin.Demo;
using Tocsin.Kernel;
using Tocsin.Server;
using Tocsin.Web;
using Tocsin.Web.Accounts;

namespace Tocsin.Commands;

/// <summary>The small shop that breaks, and a server that watches it.</summary>
internal static class DemoCommand
{
    private const int DefaultPort = 8080;
    private static readonly PersonKey Ada = new("ada");
    private static readonly Actor Pipeline = Actor.Integration("demo-pipeline");

    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Description = "Directory for everything the demo writes", DefaultValueFactory = _ => Product.DefaultData("demo"),
        };
        var port = ServeCommand.PortOption(DefaultPort);
        var command = new Command("demo", "See it work: a small real shop, broken and mended at the press of a button") { data, port };
        command.SetAction((result, cancellation) => RunAsync(Path.GetFullPath(result.GetValue(data)!), result.GetValue(port), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string data, int wanted, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        var port = PortChoice.Near(wanted);
        if (port != wanted) Console.Out.WriteLine($"port {wanted} is busy; taking {port}");
        var server = new Uri($"http://127.0.0.1:{port}/");
        try
        {
            Console.Out.WriteLine("starting the shop");
            await using var shop = await DemoShop.StartAsync(Path.Combine(data, "shop"), line => Console.Out.WriteLine($"  {line}"), clock, cancellation);
            var configuration = Path.Combine(data, "config");
            DemoConfiguration.Write(configuration, server, shop.Ports);
            var settings = new ServerSettings(configuration, Path.Combine(data, "server"), "127.0.0.1", port, IsQuiet: true);
            DemoStage? stage = null;
            var created = await ServerProgram.CreateAsync(settings, clock, app =>
            {
                stage = new DemoStage(shop, server, stopping => TokenAsync(app.Services, stopping),
                    (change, stopping) => app.Services.GetRequiredService<ChangeRecorder>().RecordAsync(change, Pipeline, stopping), clock);
                DemoEndpoints.Map(app, stage);
            });
            if (!created.TryGet(out var program, out var error)) return Refuse(error);
            await using (program)
            await using (stage) return await ServeAsync(program, server, configuration, cancellation);
        }
        catch (IOException error)
        {
            return Refuse(error.Message);
        }
    }

    private static async Task<int> ServeAsync(ServerProgram program, Uri server, string configuration, CancellationToken cancellation)
    {
        if (!(await program.StartAsync(cancellation)).TryGet(out _, out var taken)) return Refuse(taken);
        var link = await program.FirstAdmin.CreateSignInLinkAsync(Ada, Role.Admin, cancellation);
        Console.Out.WriteLine($"""
            Tocsin watches it, with the configuration in {configuration}

              Open this once, it signs you in:  {new Uri(server, link)}
              Then break something:             {new Uri(server, "/demo")}

            Ctrl+C stops everything.
            """);
        await program.App.WaitForShutdownAsync(cancellation);
        return 0;
    }

    private static async Task<string> TokenAsync(IServiceProvider services, CancellationToken cancellation)
    {
        await services.GetRequiredService<FirstAdmin>().EnsureAsync(Ada, Role.Admin, cancellation);
        return (await services.GetRequiredService<ApiTokens>().CreateForAsync(Ada, "demo", Role.Admin, Actor.User(Ada), cancellation)).Value;
    }

    private static int Refuse(string error)
    {
        Console.Error.WriteLine(error);
        return 1;
    }
}
