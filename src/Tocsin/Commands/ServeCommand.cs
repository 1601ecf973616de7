using System.CommandLine;
using Tocsin.Server;

namespace Tocsin.Commands;

/// <summary>Runs the server until it is told to stop.</summary>
internal static class ServeCommand
{
    private const int DefaultPort = 8080;

    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "Directory with the configuration (*.yaml), or one file", Required = true };
        var data = new Option<string>("--data")
        {
            Description = "Directory of the database and keys", DefaultValueFactory = _ => Product.DefaultData("server"),
        };
        var port = PortOption(DefaultPort);
        var listen = new Option<string?>("--listen")
        {
            Description = "Address to listen on; default: 127.0.0.1, or every address when TLS certificates are configured",
        };
        var command = new Command("serve", "Run the server") { config, data, port, listen };
        command.SetAction((result, cancellation) => RunAsync(
            new ServerSettings(result.GetValue(config)!, result.GetValue(data)!, result.GetValue(listen), result.GetValue(port)), cancellation));
        return command;
    }

    public static Option<int> PortOption(int byDefault)
    {
        var option = new Option<int>("--port") { Description = $"Port to listen on; default {byDefault}", DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 65535) result.AddError("--port is 1 to 65535");
        });
        return option;
    }

    private static async Task<int> RunAsync(ServerSettings settings, CancellationToken cancellation)
    {
        if (settings.Listen is { } address && !System.Net.IPAddress.TryParse(address, out _)) return Refuse($"--listen {address} is not an IP address");
        if (!(await ServerProgram.CreateAsync(settings, TimeProvider.System)).TryGet(out var program, out var error)) return Refuse(error);
        await using (program)
        {
            if (!(await program.StartAsync(cancellation)).TryGet(out _, out var taken)) return Refuse(taken);
            var local = $"{(program.IsTls ? "https" : "http")}://127.0.0.1:{settings.Port}";
            Console.Out.WriteLine($"Tocsin {Product.Version} serves {local}, data in {settings.Data}");
            if (!await program.FirstAdmin.ExistsAsync(cancellation))
            {
                Console.Out.WriteLine($"No administrator yet. Open this once, on this machine: {local}{await program.FirstAdmin.CreateLinkAsync(cancellation)}");
            }
            await program.App.WaitForShutdownAsync(cancellation);
        }
        return 0;
    }

    private static int Refuse(string error)
    {
        Console.Error.WriteLine(error);
        return 1;
    }
}
