using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Catalog;

/// <summary>A changed configuration that was refused; the one before stays in force.</summary>
public sealed record ReloadFailure(IReadOnlyList<Diagnostic> Diagnostics, DateTimeOffset At);

public enum ReloadResult { Applied, Unchanged, Refused }

/// <param name="Diagnostics">Errors when it was refused, and warnings.</param>
public sealed record Reload(ReloadResult Result, IReadOnlyList<Diagnostic> Diagnostics);

/// <summary>The configuration in force, and its replacement by what the files say now.</summary>
/// <remarks>Thread-safe. A revision is in force only after it is in the journal; a bad reload changes nothing but <see cref="LastFailure"/>.</remarks>
public sealed class Revisions : IRevisions
{
    private readonly string path;
    private readonly ConfigReader reader;
    private readonly IStore store;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim turn = new(1, 1);
    private volatile ConfigReading inForce;
    private volatile ReloadFailure? lastFailure;
    private volatile IReadOnlyList<Diagnostic> warnings;
    private string refusedFingerprint = "";

    /// <param name="path">File or directory that <paramref name="accepted"/> was read from.</param>
    /// <param name="accepted">Read when the program started; without errors.</param>
    public Revisions(string path, ConfigReader reader, ConfigReading accepted, IStore store, TimeProvider clock)
    {
        if (accepted.Revision is null) throw new ArgumentException("a configuration with errors cannot be in force", nameof(accepted));
        (this.path, this.reader, inForce, warnings, this.store, this.clock) = (path, reader, accepted, [.. accepted.Warnings], store, clock);
    }

    public Revision Current => inForce.Revision!;
    public event Action<Revision>? Applied;

    /// <summary>Why the files are not in force now; null when they are.</summary>
    public ReloadFailure? LastFailure => lastFailure;

    /// <summary>What is in force and should be looked at all the same, by file, line and column.</summary>
    public IReadOnlyList<Diagnostic> Warnings => warnings;

    internal string Path => path;

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<RevisionRow>> HistoryAsync(int limit, CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await RevisionStore.HistoryAsync(tx, Math.Clamp(limit, 1, 1_000)), cancellation);

    /// <returns>The YAML of a revision, without comments and secrets; null when there was none of that hash.</returns>
    public Task<string?> TextAsync(string hash, CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await RevisionStore.TextAsync(tx, hash), cancellation);

    /// <summary>Writes down what the program started with, when it differs from what was in force before.</summary>
    /// <exception cref="StoreUnavailableException">Nothing was written; call again.</exception>
    internal async Task RecordStartAsync(CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            var (last, isRefused) = await store.ReadAsync(
                async tx => (await RevisionStore.LastAsync(tx), await RevisionStore.IsRefusedAsync(tx)), cancellation);
            var now = inForce;
            if (last is null) await SaveAsync(now, null, RevisionSummary.OfFirst(now), cancellation);
            else if (last.Hash != now.Revision!.Hash) await SaveAsync(now, last.Hash, SummaryAgainst(last, now), cancellation);
            else if (isRefused) await SaveAsync(now, last.Hash, RevisionSummary.BackToForce, cancellation);
        }
        finally { turn.Release(); }
    }

    /// <summary>Reads the files again and puts them in force when they are good.</summary>
    /// <param name="author"><c>file</c>, <c>signal</c>, or a person's key.</param>
    /// <exception cref="StoreUnavailableException">Nothing changed; call again.</exception>
    public async Task<Reload> ReloadAsync(string author, CancellationToken cancellation = default) =>
        (await ReloadAfterAsync(static () => true, author, cancellation))!;

    /// <summary>The same after a change of the files, in one turn: nobody else can read the change first and take it for one of the files.</summary>
    /// <param name="change">Answers whether it changed anything.</param>
    /// <returns>Null when nothing was changed, and so nothing read.</returns>
    internal async Task<Reload?> ReloadAfterAsync(Func<bool> change, string author, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            if (!change()) return null;
            var reading = reader.Read(path, clock.GetUtcNow(), author);
            if (reading.Revision is null) return await RefuseAsync(reading, author, cancellation);
            if (reading.Fingerprint == inForce.Fingerprint) return await KeepAsync(reading, cancellation);
            await SaveAsync(reading, Current.Hash, RevisionSummary.Of(inForce, reading), cancellation);
            (inForce, warnings, lastFailure, refusedFingerprint) = (reading, [.. reading.Warnings], null, "");
            Applied?.Invoke(reading.Revision);
            return new Reload(ReloadResult.Applied, reading.Diagnostics);
        }
        finally { turn.Release(); }
    }

    private async Task<Reload> RefuseAsync(ConfigReading reading, string author, CancellationToken cancellation)
    {
        if (reading.Fingerprint != refusedFingerprint)
        {
            var at = clock.GetUtcNow();
            var errors = reading.Errors.ToList();
            var first = errors[0].ToString() is { Length: <= 500 } text ? text : errors[0].ToString()[..500];
            await store.WriteAsync(async tx =>
            {
                await RevisionStore.RefuseAsync(tx, at, errors.Count, first);
                tx.Append(new ConfigRefused(Current.Hash, errors.Count, first), at, ActorOf(author));
            }, cancellation: cancellation);
            (lastFailure, refusedFingerprint) = (new ReloadFailure(reading.Diagnostics, at), reading.Fingerprint);
        }
        return new Reload(ReloadResult.Refused, reading.Diagnostics);
    }

    /// <summary>The files say what is in force; after a refusal that is news.</summary>
    private async Task<Reload> KeepAsync(ConfigReading reading, CancellationToken cancellation)
    {
        if (lastFailure is not null)
        {
            await SaveAsync(reading, Current.Hash, RevisionSummary.BackToForce, cancellation);
            (lastFailure, refusedFingerprint) = (null, "");
        }
        warnings = [.. reading.Warnings];
        return new Reload(ReloadResult.Unchanged, reading.Diagnostics);
    }

    private Task SaveAsync(ConfigReading reading, string? previous, string summary, CancellationToken cancellation)
    {
        var revision = reading.Revision!;
        var applied = new ConfigApplied(revision.Hash, previous, summary,
            reading.Items.Count(item => item.Kind == "services"), reading.Items.Count(item => item.Kind == "checks"));
        return store.WriteAsync(async tx =>
        {
            // Secrets alone do not make another text: the row of the text in force stays the last one.
            if (revision.Hash != previous) await RevisionStore.SaveAsync(tx, revision, reading.Text);
            await RevisionStore.EndRefusalAsync(tx);
            tx.Append(applied, revision.AppliedAt, ActorOf(revision.Author));
        }, cancellation: cancellation);
    }

    private string SummaryAgainst(RevisionStore.Stored last, ConfigReading now)
    {
        var before = reader.ReadText(last.Hash, last.Body, now.Revision!.AppliedAt);
        return before.Revision is null ? "changed while the program was stopped, together with the program" : RevisionSummary.Of(before, now);
    }

    private static Actor ActorOf(string author) =>
        author is "file" or "signal" || !Keys.TryParse<PersonKey>(author, out var person) ? Actor.Integration(author) : Actor.User(person);
}
