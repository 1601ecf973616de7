namespace Tocsin.Demo.Roles;

/// <summary>A running part of the shop: its HTTP side, and the door of its own protocol where it has one.</summary>
/// <param name="open">Opens the door; null when HTTP is all it speaks.</param>
/// <param name="failure">Ends with the reason why the role cannot go on; null when it always can.</param>
internal sealed class Role(WebApplication http, Action? open = null, IAsyncDisposable? door = null, Task<string>? failure = null)
    : IAsyncDisposable
{
    /// <summary>Ends when the role cannot do its work any more, with the reason.</summary>
    public Task<string> Failure { get; } = failure ?? new TaskCompletionSource<string>().Task;

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
