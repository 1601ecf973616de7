using Microsoft.Extensions.Logging;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel.Ports;

namespace Tocsin.Catalog;

/// <summary>Notices changed files: a watcher of the operating system wakes it, and it looks by itself every 5 s, as watchers miss.</summary>
internal sealed class ConfigWatch : IPump, IDisposable
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>Files must stay the same this long before they are read: an editor writes in steps, and half a file can be valid.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    private readonly Revisions revisions;
    private readonly ILogger<ConfigWatch> log;
    private readonly FileSystemWatcher? watcher;
    private bool isRecorded;
    private string handled = "never looked";
    private string? pending;
    private DateTimeOffset settledAt;

    public ConfigWatch(Revisions revisions, ILogger<ConfigWatch> log)
    {
        (this.revisions, this.log) = (revisions, log);
        watcher = Watch(revisions.Path);
    }

    public string Scope => "catalog/files";
    public Signal Signal { get; } = new();

    public async ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!isRecorded)
        {
            await revisions.RecordStartAsync(cancellation);
            isRecorded = true;
        }
        var seen = ConfigFiles.Signature(revisions.Path);
        if (seen == handled)
        {
            pending = null;
            return Next.Idle(now + LookEvery);
        }
        if (seen != pending) (pending, settledAt) = (seen, now + Settling);
        if (now < settledAt) return Next.Idle(settledAt);
        Tell(await revisions.ReloadAsync("file", cancellation));
        (handled, pending) = (seen, null);
        return Next.Idle(now + LookEvery);
    }

    public void Dispose() => watcher?.Dispose();

    private void Tell(Reload reload)
    {
        if (reload.Result == ReloadResult.Applied) log.LogInformation("Configuration {Revision} is in force", revisions.Current.Hash);
        if (reload.Result != ReloadResult.Refused) return;
        log.LogError("The changed configuration is refused, {Revision} stays in force: {Errors}",
            revisions.Current.Hash, string.Join(Environment.NewLine, reload.Diagnostics));
    }

    private FileSystemWatcher? Watch(string path)
    {
        try
        {
            var directory = Directory.Exists(path) ? path : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
            var watching = new FileSystemWatcher(directory);
            watching.Changed += (_, _) => Signal.Set();
            watching.Created += (_, _) => Signal.Set();
            watching.Deleted += (_, _) => Signal.Set();
            watching.Renamed += (_, _) => Signal.Set();
            watching.EnableRaisingEvents = true;
            return watching;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            log.LogWarning("The configuration is looked at every {Seconds} s only: {Reason}", LookEvery.TotalSeconds, error.Message);
            return null;
        }
    }
}
