using System.Net;
using System.Net.Sockets;
using Tocsin.Demo.Network;
using Tocsin.Demo.Web;

namespace Tocsin.Demo.Tests;

/// <summary>The relay between customers, api, database and cache, on real sockets.</summary>
public sealed class NetworkTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly TcpListener target = new(IPAddress.Loopback, 0);
    private Lane lane = null!;

    public Task InitializeAsync()
    {
        target.Start();
        lane = LaneTo(((IPEndPoint)target.LocalEndpoint).Port);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await lane.DisposeAsync();
        target.Dispose();
    }

    [Fact]
    public async Task Lane_Whole_CarriesBothWaysAndTheEndOfEach()
    {
        using var client = await ConnectAsync();
        using var part = await target.AcceptSocketAsync().WaitAsync(Limit);
        await client.SendAsync("question"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        (await ReadToEndAsync(part)).ShouldBe("question"u8.ToArray());
        await part.SendAsync("answer"u8.ToArray());
        part.Shutdown(SocketShutdown.Send);
        (await ReadToEndAsync(client)).ShouldBe("answer"u8.ToArray());
    }

    [Fact]
    public async Task Lane_Cut_EndsWhatIsUnderWayAndAnswersNothingNew()
    {
        using var before = await ConnectAsync();
        using var part = await target.AcceptSocketAsync().WaitAsync(Limit);
        lane.Become(LaneState.Cut).ShouldBeTrue();
        lane.Become(LaneState.Cut).ShouldBeFalse();
        (await EndsAsync(before)).ShouldBeTrue();
        using var after = await ConnectAsync();
        await after.SendAsync("anybody?"u8.ToArray());
        (await EndsAsync(after, within: TimeSpan.FromMilliseconds(300))).ShouldBeFalse();
        target.Pending().ShouldBeFalse();
        lane.Become(LaneState.Whole).ShouldBeTrue();
        using var again = await ConnectAsync();
        using var served = await target.AcceptSocketAsync().WaitAsync(Limit);
    }

    [Fact]
    public async Task Lane_NobodyListensBehindIt_IsReset()
    {
        target.Stop();
        // The reset may come before the connection is known to be there, or after.
        await Should.ThrowAsync<SocketException>(async () =>
        {
            using var client = await ConnectAsync();
            await ReadToEndAsync(client);
        });
    }

    [Fact]
    public async Task Lane_Lossy_ResetsThreeAndStallsThreeOfTwenty()
    {
        lane.Become(LaneState.Lossy);
        var (reset, silent, served) = (0, 0, 0);
        var accepting = AnswerAsync();
        var clients = new List<Socket>();
        for (var i = 0; i < 20; i++)
        {
            // A reset may come before the connection is known to be there.
            try { clients.Add(await ConnectAsync()); }
            catch (SocketException) { reset++; }
        }
        foreach (var client in clients)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            try
            {
                if (await client.ReceiveAsync(new byte[1], SocketFlags.None, limit.Token) == 1) served++; else reset++;
            }
            catch (SocketException) { reset++; }
            catch (OperationCanceledException) { silent++; }
            client.Dispose();
        }
        (reset, silent, served).ShouldBe((3, 3, 14));
        target.Stop();
        await accepting;
    }

    [Fact]
    public void LossDeck_AnyTwenty_LosesSixAndNeverInTheSameOrder()
    {
        var deck = new LossDeck(new Random(7));
        var rounds = Enumerable.Range(0, 10).Select(_ => Enumerable.Range(0, 20).Select(_ => deck.Draw()).ToList()).ToList();
        rounds.ShouldAllBe(round => round.Count(fate => fate == Fate.Reset) == 3 && round.Count(fate => fate == Fate.Stalled) == 3);
        rounds.Select(round => string.Concat(round)).Distinct().Count().ShouldBe(10);
    }

    [Fact]
    public void Customers_AnyTenInARow_ThreeHaveABasket()
    {
        var pages = Enumerable.Range(0, 400).Select(number => Customers.PageOf(number)).ToList();
        for (var i = 0; i + 10 <= pages.Count; i++) pages.Skip(i).Take(10).Count(page => page.Length > 0).ShouldBe(3);
        pages.Distinct().Count().ShouldBeGreaterThan(5);
    }

    private static Lane LaneTo(int port)
    {
        var lane = new Lane(0, ("127.0.0.1", port), new RequestMetrics("network", TimeProvider.System), new LossDeck(new Random(7)), TimeProvider.System);
        lane.Open();
        return lane;
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                using var part = await target.AcceptSocketAsync();
                await part.SendAsync("x"u8.ToArray());
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException) { }
    }

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, lane.Port);
        return client;
    }

    private static async Task<bool> EndsAsync(Socket socket, TimeSpan? within = null)
    {
        using var limit = new CancellationTokenSource(within ?? Limit);
        try { return await socket.ReceiveAsync(new byte[1], SocketFlags.None, limit.Token) == 0; }
        catch (SocketException) { return true; }
        catch (OperationCanceledException) { return false; }
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(Limit);
        var (all, buffer) = (new List<byte>(), new byte[64]);
        while (await socket.ReceiveAsync(buffer, SocketFlags.None, limit.Token) is > 0 and var count) all.AddRange(buffer[..count]);
        return [.. all];
    }
}
