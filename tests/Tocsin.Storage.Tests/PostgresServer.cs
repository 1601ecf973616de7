using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Tocsin.Storage.Tests;

/// <summary>A real PostgreSQL server of our own in a temporary directory, ended with the test run at the latest.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> One = new(() => CreateAsync());

    private readonly string directory = Directory.CreateTempSubdirectory("tocsin-pg-").FullName;
    private readonly bool isDurable;
    private bool isGone;

    private PostgresServer(bool isDurable) => this.isDurable = isDurable;

    /// <summary>The server of this test run, for whoever does not stop it.</summary>
    public static Task<PostgresServer> Shared => One.Value;

    public static bool IsInstalled => Directory.Exists("/usr/lib/postgresql");

    public int Port { get; } = FreePorts.Next();

    private static string Bin => Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin";

    /// <param name="isDurable">Whether commits reach the disk, which only measurements and power cuts can tell.</param>
    public static async Task<PostgresServer> CreateAsync(bool isDurable = false)
    {
        var server = new PostgresServer(isDurable);
        server.EndWithThisProcess();
        if (Environment.UserName == "root") await RunAsync("chown", ["postgres", server.directory]);
        await AsPostgresAsync($"{Bin}/initdb", "-D", $"{server.directory}/data", "-A", "trust", "-U", "postgres", "--locale=C", "-E", "UTF8", "--no-sync");
        await server.StartAsync();
        return server;
    }

    /// <summary>However the test run ends, killed or not, nothing of the server stays.</summary>
    private void EndWithThisProcess()
    {
        const string Script = """
            exec > /dev/null 2>&1 < /dev/null
            while kill -0 "$1"; do sleep 1; done
            postmaster=$(head -n 1 "$2/data/postmaster.pid") && kill -QUIT "$postmaster" && kill -CONT "$postmaster" && sleep 1
            rm -rf "$2"
            """;
        // In a session of its own: who ends the test run ends its whole group.
        using var _ = Process.Start("setsid", ["sh", "-c", Script, "sh", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), directory]);
    }

    public Task StartAsync() => AsPostgresAsync($"{Bin}/pg_ctl", "-D", $"{directory}/data", "-w", "-l", $"{directory}/log", "-o",
        string.Create(CultureInfo.InvariantCulture,
            $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={directory} -c max_connections=200 -c fsync={(isDurable ? "on" : "off")}"),
        "start");

    /// <param name="how"><c>fast</c> ends every connection, <c>immediate</c> is a crash.</param>
    public Task StopAsync(string how) => AsPostgresAsync($"{Bin}/pg_ctl", "-D", $"{directory}/data", "-w", "-m", how, "stop");

    /// <summary>All its processes stand still; connections to it are taken and nothing answers.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    public Task ThawAsync() => SignalAsync("-CONT");

    private async Task SignalAsync(string signal)
    {
        var postmaster = (await File.ReadAllLinesAsync($"{directory}/data/postmaster.pid"))[0];
        // The postmaster first when it stops, so that it starts nothing new meanwhile.
        await RunAsync("kill", [signal, postmaster]);
        var children = (await File.ReadAllTextAsync($"/proc/{postmaster}/task/{postmaster}/children")).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // One that ended meanwhile needs no signal.
        await RunAsync("sh", ["-c", "kill \"$@\" || true", "sh", signal, .. children]);
    }

    /// <summary>Connection string of a new, empty database.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"t{Guid.NewGuid():N}";
        await ExecuteAsync($"create database {name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'");
        return Of(name, pooling: true);
    }

    public Task DropAsync(string connectionString) =>
        ExecuteAsync($"drop database {new NpgsqlConnectionStringBuilder(connectionString).Database} with (force)");

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Of("postgres", pooling: false));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private string Of(string database, bool pooling) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1", Port = Port, Username = "postgres", Database = database, MaxPoolSize = 80, Pooling = pooling,
    }.ToString();

    // PostgreSQL refuses to run as root.
    private static Task AsPostgresAsync(string program, params string[] arguments) => Environment.UserName == "root"
        ? RunAsync("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments])
        : RunAsync(program, arguments);

    private static async Task RunAsync(string program, string[] arguments)
    {
        // Not through a pipe of ours: the server keeps what it inherits, and reading would never end.
        var start = new ProcessStartInfo("sh") { WorkingDirectory = "/" };
        foreach (var argument in (string[])["-c", "exec \"$@\" > /dev/null", "sh", program, .. arguments]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isGone, true)) return;
        if (File.Exists($"{directory}/data/postmaster.pid"))
        {
            await ThawAsync();
            await StopAsync("immediate");
        }
        Directory.Delete(directory, recursive: true);
    }
}
