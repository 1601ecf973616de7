using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Simulation;

/// <summary>Mistakes that the simulation must find: a guard that cannot fail guards nothing.</summary>
internal enum Planted { None, SendBeforeCommit, CursorBeforeWrite, ClaimIgnored }

internal static class PlantedBugs
{
    public static IStore Wrap(Planted planted, IStore store, SimProcess process, Outside outside) => planted switch
    {
        Planted.None => store,
        Planted.SendBeforeCommit => new SendBeforeCommit(store, process, outside),
        Planted.CursorBeforeWrite => new CursorBeforeWrite(store),
        Planted.ClaimIgnored => new ClaimIgnored(store),
    };

    private abstract class Wrapped(IStore inner) : IStore
    {
        protected IStore Inner => inner;
        public event Action? Committed { add => inner.Committed += value; remove => inner.Committed -= value; }
        public abstract Task<T> WriteAsync<T>(Func<ITx, ValueTask<T>> unit, Lease? lease, CancellationToken cancellation);
        public virtual Task<T> ReadAsync<T>(Func<IReadTx, ValueTask<T>> read, CancellationToken cancellation) => inner.ReadAsync(read, cancellation);
    }

    private class WrappedTx(ITx inner) : ITx
    {
        public virtual Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null) => inner.QueryAsync<T>(sql, args);
        public Task<T?> FirstAsync<T>(string sql, object? args = null) => inner.FirstAsync<T>(sql, args);
        public virtual Task<int> ExecuteAsync(string sql, object? args = null) => inner.ExecuteAsync(sql, args);
        public Task<long> InsertAsync(string sql, object? args = null) => inner.InsertAsync(sql, args);
        public virtual Task EnqueueAsync(Intent intent) => inner.EnqueueAsync(intent);
        public Cause Append(Fact fact, DateTimeOffset at, Actor actor, Cause cause = default) => inner.Append(fact, at, actor, cause);
    }

    /// <summary>Sends inside the unit that decides it: what is undone has been sent all the same.</summary>
    private sealed class SendBeforeCommit(IStore inner, SimProcess process, Outside outside) : Wrapped(inner)
    {
        public override Task<T> WriteAsync<T>(Func<ITx, ValueTask<T>> unit, Lease? lease, CancellationToken cancellation) =>
            Inner.WriteAsync(tx => unit(new Tx(tx, process, outside)), lease, cancellation);

        private sealed class Tx(ITx inner, SimProcess process, Outside outside) : WrappedTx(inner)
        {
            public override async Task EnqueueAsync(Intent intent)
            {
                _ = outside.SendAsync(intent.IdempotencyKey, process, CancellationToken.None);
                await base.EnqueueAsync(intent);
            }
        }
    }

    /// <summary>Moves a reader's cursor in a commit of its own, before what the reader writes.</summary>
    private sealed class CursorBeforeWrite(IStore inner) : Wrapped(inner)
    {
        private const string Move = "update journal_cursor";

        public override async Task<T> WriteAsync<T>(Func<ITx, ValueTask<T>> unit, Lease? lease, CancellationToken cancellation)
        {
            await Inner.WriteAsync(async tx =>
            {
                try { await unit(new OnlyTheMove(tx)); }
                catch (StopException) { return; }
            }, lease, cancellation);
            return await Inner.WriteAsync(tx => unit(new WithoutTheMove(tx)), lease, cancellation);
        }

        private sealed class StopException : Exception;

        private sealed class OnlyTheMove(ITx inner) : ITx
        {
            public async Task<int> ExecuteAsync(string sql, object? args = null)
            {
                if (!sql.StartsWith(Move, StringComparison.Ordinal)) throw new StopException();
                await inner.ExecuteAsync(sql, args);
                throw new StopException();
            }

            public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null) => throw new StopException();
            public Task<T?> FirstAsync<T>(string sql, object? args = null) => throw new StopException();
            public Task<long> InsertAsync(string sql, object? args = null) => throw new StopException();
            public Task EnqueueAsync(Intent intent) => throw new StopException();
            public Cause Append(Fact fact, DateTimeOffset at, Actor actor, Cause cause = default) => throw new StopException();
        }

        private sealed class WithoutTheMove(ITx inner) : WrappedTx(inner)
        {
            public override Task<int> ExecuteAsync(string sql, object? args = null) =>
                sql.StartsWith(Move, StringComparison.Ordinal) ? Task.FromResult(1) : base.ExecuteAsync(sql, args);
        }
    }

    /// <summary>Takes intents without looking whether somebody else, or it itself, has taken them already.</summary>
    private sealed class ClaimIgnored(IStore inner) : Wrapped(inner)
    {
        public override Task<T> WriteAsync<T>(Func<ITx, ValueTask<T>> unit, Lease? lease, CancellationToken cancellation) =>
            Inner.WriteAsync(tx => unit(new Tx(tx)), lease, cancellation);

        public override Task<T> ReadAsync<T>(Func<IReadTx, ValueTask<T>> read, CancellationToken cancellation) =>
            Inner.ReadAsync(tx => read(new Reading(tx)), cancellation);

        private static string Ignore(string sql)
        {
            var ignoring = sql.Replace("leased_by <> @epoch", "1 = 1", StringComparison.Ordinal);
            return ignoring != sql || !sql.Contains("'leased'", StringComparison.Ordinal) || sql.Contains("@state", StringComparison.Ordinal)
                ? ignoring : throw new InvalidOperationException("the claim looks different now");
        }

        private sealed class Tx(ITx inner) : WrappedTx(inner)
        {
            public override Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null) => base.QueryAsync<T>(Ignore(sql), args);
        }

        private sealed class Reading(IReadTx inner) : IReadTx
        {
            public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null) => inner.QueryAsync<T>(Ignore(sql), args);
            public Task<T?> FirstAsync<T>(string sql, object? args = null) => inner.FirstAsync<T>(Ignore(sql), args);
        }
    }
}
