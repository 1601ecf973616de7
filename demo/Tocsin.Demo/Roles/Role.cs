namespace Tocsin.Demo.Roles;

/// <summary>A running part of the shop: its HTTP side, and the door of its own protocol where it has one.</summary>
/// <param name="open">Opens the door; null when HTTP is all it speaks.</param>
internal sealed class Role(WebApplication http, Action? open = null, IAsyncDisposable? door = null) : IAsyncDisposable
{
    /// <exception cref="IOException">Another program has one of the ports.</exception>
    public async Task StartAsync()
    {
        open?.Invoke();
        await http.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (door is not null) await door.DisposeAsync();
        await http.DisposeAsync();
    }
}
