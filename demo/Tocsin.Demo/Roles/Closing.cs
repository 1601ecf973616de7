namespace Tocsin.Demo.Roles;

/// <summary>Several things that end together, in this order.</summary>
internal sealed class Closing(params IReadOnlyList<IAsyncDisposable> parts) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        foreach (var part in parts) await part.DisposeAsync();
    }
}
