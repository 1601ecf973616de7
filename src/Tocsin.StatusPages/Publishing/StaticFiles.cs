using Microsoft.Extensions.Logging;
using Tocsin.Catalog;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.StatusPages;

/// <summary>Writes the page to the directory that the configuration names, outside of the pump: a slow or missing disk holds
/// nothing up. One writing at a time; what comes meanwhile replaces what waits.</summary>
internal sealed class StaticFiles(IRevisions revisions, IRunner runner, ILogger<StaticFiles> log) : IHealthPart
{
    private readonly Lock gate = new();
    private StatusPublication? waiting;
    private bool isWriting;
    private volatile string? failure;

    public string Name => "status-files";

    public HealthState Check() => failure is { } reason ? HealthState.Impaired(reason) : HealthState.Well;

    public void Offer(StatusPublication publication)
    {
        if (revisions.Current.Get<StatusPageModel>().WriteTo is null)
        {
            failure = null;
            return;
        }
        lock (gate)
        {
            waiting = publication;
            if (isWriting) return;
            isWriting = true;
        }
        runner.Run("static files of the status page", async _ =>
        {
            while (Take() is { } next) await WriteAsync(next);
        });
    }

    private StatusPublication? Take()
    {
        lock (gate)
        {
            var next = waiting;
            (waiting, isWriting) = (null, next is not null);
            return next;
        }
    }

    private async Task WriteAsync(StatusPublication publication)
    {
        if (revisions.Current.Get<StatusPageModel>().WriteTo is not { } directory) return;
        try
        {
            foreach (var name in publication.FileNames) Replace(Path.Combine(directory, name), (await publication.File(name)).Plain.Bytes);
            if (failure is not null) log.LogInformation("The status page is written to {Directory} again", directory);
            failure = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or System.Security.SecurityException)
        {
            var reason = $"The status page cannot be written to {directory}: {error.Message} Create the directory and let this user write to it, "
                + "or change write_to.";
            // Once, not every minute: the health part keeps saying it.
            if (failure is null) log.LogError("{Reason}", reason);
            failure = reason;
        }
    }

    /// <summary>Whoever reads sees the old file or the new one, never a part of one.</summary>
    private static void Replace(string path, byte[] bytes)
    {
        var temporary = path + ".new";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }
}
