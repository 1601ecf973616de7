using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Testing;

/// <summary>The process ends here. A cancellation, because that is what product code never handles as its own failure.</summary>
public sealed class CrashException() : OperationCanceledException("the process ended here");

/// <summary>Counts the points at which a process can end and ends it at one of them.</summary>
public sealed class CrashPoints(long at)
{
    public long Passed { get; private set; }
    public bool HasCrashed { get; private set; }

    public void Pass()
    {
        if (HasCrashed || Passed++ == at)
        {
            HasCrashed = true;
            throw new CrashException();
        }
    }
}

/// <summary>A store whose process can end before a unit, at each of its awaits, and after its commit.</summary>
public sealed class CrashingStore(IStore inner, CrashPoints points) : IStore
{
    public event Action? Committed
    {
        add => inner.Committed += value;
        remove => inner.Committed -= value;
    }

    public async Task<T> WriteAsync<T>(Func<ITx, ValueTask<T>> unit, Lease? lease = null, CancellationToken cancellation = default)
    {
        points.Pass();
        var result = await inner.WriteAsync(tx => unit(new CrashingTx(tx, points)), lease, cancellation);
        points.Pass();
        return result;
    }

    public async Task<T> ReadAsync<T>(Func<IReadTx, ValueTask<T>> read, CancellationToken cancellation = default)
    {
        points.Pass();
        return await inner.ReadAsync(read, cancellation);
    }

    private sealed class CrashingTx(ITx inner, CrashPoints points) : ITx
    {
        public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null)
        {
            points.Pass();
            return inner.QueryAsync<T>(sql, args);
        }

        public Task<T?> FirstAsync<T>(string sql, object? args = null)
        {
            points.Pass();
            return inner.FirstAsync<T>(sql, args);
        }

        public Task<int> ExecuteAsync(string sql, object? args = null)
        {
            points.Pass();
            return inner.ExecuteAsync(sql, args);
        }

        public Task<long> InsertAsync(string sql, object? args = null)
        {
            points.Pass();
            return inner.InsertAsync(sql, args);
        }

        public Task EnqueueAsync(Intent intent)
        {
            points.Pass();
            return inner.EnqueueAsync(intent);
        }

        public Cause Append(Fact fact, DateTimeOffset at, Actor actor, Cause cause = default)
        {
            points.Pass();
            return inner.Append(fact, at, actor, cause);
        }
    }
}
