using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Tocsin.Demo;

internal enum RoleStartReason { Ready, PortTaken, Ended, TooSlow }

/// <param name="Detail">What the process said last; empty when it said nothing.</param>
internal sealed record RoleStart(RoleStartReason Reason, string Detail);

/// <summary>One part of the shop as a process. It ends with this one, because its standard input does.</summary>
/// <param name="name">Role, such as <c>api</c>: the first argument of the program.</param>
/// <param name="adminPort">HTTP port on which its faults are switched.</param>
/// <param name="arguments">Options after the role; the same at every start.</param>
internal sealed class RoleProcess(string name, int adminPort, IReadOnlyList<string> arguments, TimeProvider clock) : IAsyncDisposable
{
    private const int PortTakenExit = 98;
    private const int LinesKept = 20;
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<string> said = new();
    private readonly HashSet<string> switches = [];
    private Process? process;

    public string Name => name;
    public int AdminPort => adminPort;
    public int? ProcessId => IsRunning ? process!.Id : null;
    public bool IsRunning => process is { HasExited: false };
    public bool IsFrozen { get; private set; }

    /// <summary>Whether a fault is switched on inside the process; it ends with the process.</summary>
    public bool IsSwitched(string fault) => switches.Contains(fault);

    /// <summary>Starts the process and waits until it answers.</summary>
    public async Task<RoleStart> StartAsync(CancellationToken cancellation)
    {
        // Taken out of sight before it is disposed: pages ask at any moment whether it runs.
        Interlocked.Exchange(ref process, null)?.Dispose();
        said.Clear();
        switches.Clear();
        IsFrozen = false;
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var spawned = Spawn(ready);
        process = spawned;
        using var limit = new CancellationTokenSource(StartMax, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var ended = spawned.WaitForExitAsync(either.Token);
        var first = await Task.WhenAny(ready.Task, ended);
        if (first == ready.Task) return new RoleStart(RoleStartReason.Ready, "");
        cancellation.ThrowIfCancellationRequested();
        if (!spawned.HasExited)
        {
            await KillAsync(cancellation);
            return new RoleStart(RoleStartReason.TooSlow, LastWords());
        }
        return new RoleStart(spawned.ExitCode == PortTakenExit ? RoleStartReason.PortTaken : RoleStartReason.Ended, LastWords());
    }

    /// <summary>Ends the process without a word to it, as a crash would.</summary>
    public async Task KillAsync(CancellationToken cancellation)
    {
        if (process is not { } running) return;
        using var limit = new CancellationTokenSource(EndMax, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        running.Kill();
        await running.WaitForExitAsync(either.Token);
        IsFrozen = false;
        switches.Clear();
    }

    public void Freeze()
    {
        Signals.Stop(process!.Id);
        IsFrozen = true;
    }

    public void Thaw()
    {
        Signals.Continue(process!.Id);
        IsFrozen = false;
    }

    /// <summary>Tells the process to switch a fault inside itself.</summary>
    /// <returns>Whether it did.</returns>
    public async Task<bool> SwitchAsync(HttpClient http, string fault, string path, bool isOn, CancellationToken cancellation)
    {
        if (!await AskAsync(http, HttpMethod.Post, path, cancellation)) return false;
        if (isOn) switches.Add(fault); else switches.Remove(fault);
        return true;
    }

    /// <returns>Whether the process answered that it did.</returns>
    public async Task<bool> AskAsync(HttpClient http, HttpMethod method, string path, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{adminPort}{path}");
            using var response = await http.SendAsync(request, cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException) { return false; }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { return false; }
    }

    /// <returns>Whether the process ended by itself within the time.</returns>
    public async Task<bool> EndsAsync(TimeSpan within, CancellationToken cancellation)
    {
        if (process is not { } running) return true;
        using var limit = new CancellationTokenSource(within, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try { await running.WaitForExitAsync(either.Token); }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { return false; }
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning) await KillAsync(CancellationToken.None);
        process?.Dispose();
    }

    private Process Spawn(TaskCompletionSource ready)
    {
        var (program, first) = RoleProgram.Command();
        var start = new ProcessStartInfo(program, [.. first, name, .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        if (RoleProgram.RuntimeRoot() is { } root) start.Environment["DOTNET_ROOT"] = root;
        var spawned = new Process { StartInfo = start };
        spawned.OutputDataReceived += (_, line) => { if (line.Data == "ready") ready.TrySetResult(); };
        spawned.ErrorDataReceived += (_, line) => Hear(line.Data);
        spawned.Start();
        spawned.BeginOutputReadLine();
        spawned.BeginErrorReadLine();
        return spawned;
    }

    private void Hear(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        said.Enqueue(line);
        if (said.Count > LinesKept) said.TryDequeue(out _);
    }

    private string LastWords() => said.IsEmpty && process is { HasExited: true }
        ? string.Create(CultureInfo.InvariantCulture, $"exit code {process.ExitCode}") : string.Join(" | ", said);
}
