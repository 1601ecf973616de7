using System.CommandLine;
using Tocsin.Paging;
using Tocsin.Server;
using Tocsin.Storage;

namespace Tocsin.Commands;

/// <summary><c>tocsin backup</c> and <c>tocsin restore</c></summary>
internal static class BackupCommands
{
    public static Command Backup()
    {
        var options = new ServerOptions();
        var file = new Argument<string>("FILE") { Description = "Written anew, readable by you only; must not exist" };
        var command = options.AddTo(new Command("backup", "Copy a running server into one file; needs an administrator's token") { file });
        options.RunAction(command, async (result, client, cancellation) =>
        {
            var path = Path.GetFullPath(result.GetValue(file)!);
            if (File.Exists(path)) return (null, $"{path} exists already; choose another name");
            return await client.DownloadAsync("/api/v1/backup", path, cancellation) is { } error
                ? (null, error) : ($"{path}, {new FileInfo(path).Length / 1024} kB, checked. It holds every secret of the server: keep it as you keep those.", null);
        });
        return command;
    }

    public static Command Restore()
    {
        var file = new Argument<string>("FILE") { Description = "Written by 'tocsin backup'" };
        var data = new Option<string>("--data") { Description = "Data directory to make", Required = true };
        var aside = new Option<bool>("--move-aside") { Description = "Move what is in the data directory beside it" };
        var command = new Command("restore", "Make a data directory out of a backup; pages nobody for yesterday") { file, data, aside };
        command.SetAction(async (result, cancellation) =>
        {
            var restored = await Restoration.RestoreAsync(result.GetValue(file)!, result.GetValue(data)!, result.GetValue(aside),
                [PagingModule.HoldOnRestore], TimeProvider.System, cancellation);
            if (!restored.TryGet(out var report, out var error))
            {
                Console.Error.WriteLine($"tocsin: {error}");
                return 1;
            }
            Console.Out.WriteLine($"restored the backup of {report.Manifest.TakenAt:yyyy-MM-dd HH:mm} UTC (Tocsin {report.Manifest.Version}) to {result.GetValue(data)}");
            if (report.MovedAside is { } moved) Console.Out.WriteLine($"what was there is in {moved}");
            if (report.Configuration is { } configuration) Console.Out.WriteLine($"its configuration is in {configuration}");
            if (report.HeldIntents > 0)
            {
                Console.Out.WriteLine($"{report.HeldIntents} unsent messages are held: send or drop them under Settings, Deliveries");
            }
            return 0;
        });
        return command;
    }
}
