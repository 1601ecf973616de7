using System.Security.Cryptography;

namespace Tocsin.Demo.Settings;

/// <summary>What a role works with now.</summary>
/// <param name="Sha256">Of the bytes of the file as they were applied; hexadecimal, small letters.</param>
internal sealed record Applied<T>(T Value, string Sha256) where T : class;

/// <summary>The file from which a role takes its setting. It is looked at twice a second and when somebody asks for it;
/// a bad file changes nothing.</summary>
internal sealed class SettingFile<T> : IAsyncDisposable where T : class
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private readonly string path;
    private readonly Func<ReadOnlyMemory<byte>, (T? Value, string Problem)> parse;
    private readonly Action<T> apply;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private Applied<T>? applied;
    private Task watching = Task.CompletedTask;

    /// <param name="first">Written where there is no file yet.</param>
    /// <param name="apply">Told of the setting before it is answered as applied; also of the first.</param>
    /// <exception cref="InvalidDataException">The file that is there is bad: nothing is known that could be worked with.</exception>
    public SettingFile(string path, string first, Func<ReadOnlyMemory<byte>, (T? Value, string Problem)> parse, Action<T> apply)
    {
        (this.path, this.parse, this.apply) = (path, parse, apply);
        if (!File.Exists(path)) File.WriteAllText(path, first);
        if (Reload() is { } problem) throw new InvalidDataException($"{Path.GetFileName(path)}: {problem}");
    }

    public Applied<T> Applied { get { lock (gate) return applied!; } }

    public void Watch(TimeProvider clock) => watching = WatchAsync(clock);

    /// <returns>Null when the file, as it is now, is applied; else what is wrong with it, and the last good one stays.</returns>
    public string? Reload()
    {
        lock (gate)
        {
            var (bytes, unreadable) = SettingJson.ReadFile(path);
            if (bytes is null) return unreadable;
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
            if (hash == applied?.Sha256) return null;
            var (value, problem) = parse(bytes);
            if (value is null) return problem;
            apply(value);
            applied = new Applied<T>(value, hash);
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watching;
        stopping.Dispose();
    }

    private async Task WatchAsync(TimeProvider clock)
    {
        using var timer = new PeriodicTimer(Every, clock);
        var told = "";
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                var problem = Reload() ?? "";
                if (problem.Length > 0 && problem != told) await Console.Error.WriteLineAsync($"{Path.GetFileName(path)} is not applied: {problem}");
                told = problem;
            }
        }
        catch (OperationCanceledException) { }
    }
}
