namespace Tocsin.Demo.Network;

/// <summary>People who use the shop all the time: five pages a second, three of ten with a basket, each on a new connection.</summary>
internal sealed class Customers(Uri shop, TimeProvider clock) : IAsyncDisposable
{
    private const int UnderWayMax = 40;
    private const int BasketsCount = 12;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.Zero })
    {
        BaseAddress = shop, Timeout = Patience, MaxResponseContentBufferSize = 256 * 1024,
    };
    private readonly CancellationTokenSource stopping = new();
    private int underWay;
    private Task coming = Task.CompletedTask;

    public void Start() => coming = ComeAsync();

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await coming;
        http.Dispose();
        stopping.Dispose();
    }

    /// <summary>What the nth customer looks at. Shape: three of each ten in a row are baskets.</summary>
    public static string PageOf(long number) => number % 10 is 2 or 5 or 8 ? $"baskets/{number / 3 % BasketsCount + 1}" : "";

    private async Task ComeAsync()
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            for (long number = 0; await timer.WaitForNextTickAsync(stopping.Token); number++)
            {
                // When nothing answers, those who wait are enough: more would only load the machine.
                if (Interlocked.Increment(ref underWay) <= UnderWayMax) _ = LookAsync(PageOf(number));
                else Interlocked.Decrement(ref underWay);
            }
        }
        catch (OperationCanceledException) { }
    }

    private async Task LookAsync(string page)
    {
        try { await http.GetStringAsync(new Uri(page, UriKind.Relative), stopping.Token); }
        // A customer who is not served goes away; the parts of the shop count that themselves.
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException) { }
        finally { Interlocked.Decrement(ref underWay); }
    }
}
