using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Tocsin.Storage.Tests;

/// <summary>Notes every statement that PostgreSQL carried out, when <c>TOCSIN_TEST_STATEMENTS</c> names a directory.</summary>
/// <remarks>One file per process, statements apart by a NUL. Written at once: a test run is not told of its end.</remarks>
internal static class ExecutedStatements
{
    private static readonly HashSet<string> Seen = new(StringComparer.Ordinal);
    private static string? file;

    /// <summary>The directory; null when nothing is noted.</summary>
    public static string? Directory { get; } = Environment.GetEnvironmentVariable("TOCSIN_TEST_STATEMENTS") is { Length: > 0 } path ? path : null;

    [ModuleInitializer]
    internal static void Listen()
    {
        if (Directory is null) return;
        System.IO.Directory.CreateDirectory(Directory);
        file = Path.Combine(Directory, $"{Assembly.GetExecutingAssembly().GetName().Name}-{Environment.ProcessId}");
        ActivitySource.AddActivityListener(new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = Note,
        });
    }

    private static void Note(Activity command)
    {
        if (command.Status == ActivityStatusCode.Error || command.GetTagItem("db.query.text") is not string sql) return;
        lock (Seen)
        {
            if (Seen.Add(sql)) File.AppendAllText(file!, sql + "\0");
        }
    }
}
