using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Tocsin.Storage.Postgres;

/// <summary>A copy of a PostgreSQL database by the program <c>pg_dump</c>, which knows its server's version best.</summary>
internal static class PostgresBackup
{
    /// <returns>Path of the dump; null when there is nowhere to put it or <c>pg_dump</c> is missing or refused.</returns>
    public static async Task<string?> TryDumpAsync(string connectionString, string? directory, string programVersion, TimeProvider clock)
    {
        if (directory is null) return null;
        Directory.CreateDirectory(directory);
        var stamp = clock.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var path = Path.Combine(directory, $"postgres-before-{programVersion}-{stamp}.dump");
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo("pg_dump") { RedirectStandardError = true };
        foreach (var argument in (string?[])["--format=custom", "--file", path, "--host", settings.Host, "--port",
            settings.Port.ToString(CultureInfo.InvariantCulture), "--username", settings.Username, "--no-password", settings.Database])
        {
            start.ArgumentList.Add(argument ?? "");
        }
        if (settings.Password is not null) start.Environment["PGPASSWORD"] = settings.Password;
        try
        {
            using var process = Process.Start(start)!;
            await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode == 0) return path;
            File.Delete(path); // half a copy is none
            return null;
        }
        catch (Win32Exception)
        {
            return null; // not installed
        }
    }
}
