using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Sqlite;

/// <summary>One SQLite file: a writer thread that drains waiting units into shared commits, and a pool of readers.</summary>
internal sealed class SqliteStore : IStore, IAsyncDisposable
{
    private const int UnitsPerCommitMax = 512;
    private const int UnitsWaitingMax = 16_384;
    private const int ReadersMax = 4;

    private readonly SqliteFile file;
    private readonly SqliteEngine engine;
    private readonly StoreHealth health;
    private readonly Lease? nodeLease;
    private readonly Thread writer;
    private readonly Channel<WaitingUnit> waiting = Channel.CreateBounded<WaitingUnit>(new BoundedChannelOptions(UnitsWaitingMax)
    {
        SingleReader = true,
    });
    private readonly ConcurrentBag<SqliteConnection> readers = [];
    private readonly SemaphoreSlim readerSlots = new(ReadersMax);

    /// <param name="nodeLease">Fence of every unit that brings no lease of its own; null for files without a journal.</param>
    public SqliteStore(SqliteFile file, StoreHealth health, Lease? nodeLease)
    {
        (this.file, this.health, this.nodeLease) = (file, health, nodeLease);
        engine = new SqliteEngine(file.Open(), hasJournal: nodeLease is not null);
        writer = new Thread(WriteLoop) { IsBackground = true, Name = "tocsin-writer" };
        writer.Start();
    }

    public event Action? Committed;

    /// <summary>Units that the writer has not taken up yet.</summary>
    public int UnitsWaiting => waiting.Reader.Count;

    public async Task<T> WriteAsync<T>(
        Func<ITx, ValueTask<T>> unit, Lease? lease = null, CancellationToken cancellation = default)
    {
        var work = new WaitingUnit<T>(unit, lease ?? nodeLease);
        if (!waiting.Writer.TryWrite(work))
        {
            try { await waiting.Writer.WriteAsync(work, cancellation); }
            catch (ChannelClosedException) { throw new StoreUnavailableException("the server is stopping"); }
        }
        return await work.Task;
    }

    public async Task<T> ReadAsync<T>(Func<IReadTx, ValueTask<T>> read, CancellationToken cancellation = default)
    {
        await readerSlots.WaitAsync(cancellation);
        SqliteConnection? connection = null;
        try
        {
            connection = readers.TryTake(out var idle) ? idle : file.Open(readOnly: true);
            var result = await ReadInOneSnapshotAsync(connection, read);
            // Only now: whoever takes the connection next begins a transaction of its own.
            readers.Add(connection);
            connection = null;
            return result;
        }
        catch (SqliteException error) when (SqliteFailure.IsOfTheDatabase(error))
        {
            throw new StoreUnavailableException(SqliteFailure.InWords(error), error);
        }
        finally
        {
            connection?.Dispose();
            readerSlots.Release();
        }
    }

    private static async Task<T> ReadInOneSnapshotAsync<T>(SqliteConnection connection, Func<IReadTx, ValueTask<T>> read)
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        return await read(new SqliteReadTx(connection));
    }

    private void WriteLoop()
    {
        var batch = new List<WaitingUnit>(UnitsPerCommitMax);
        while (waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            batch.Clear();
            while (batch.Count < UnitsPerCommitMax && waiting.Reader.TryRead(out var unit)) batch.Add(unit);
            var changed = engine.Run(batch);
            if (batch.Find(unit => unit.Failure is StoreUnavailableException)?.Failure is { } lost) health.Failed(lost.Message);
            else health.Succeeded();
            // Before the answer, as on PostgreSQL: whoever has the answer finds that everybody else has been told.
            if (changed) Committed?.Invoke();
            foreach (var unit in batch) unit.Tell();
        }
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await Task.Run(writer.Join);
        engine.Dispose();
        while (readers.TryTake(out var connection)) connection.Dispose();
    }
}
