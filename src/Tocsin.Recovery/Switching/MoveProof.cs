using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Recovery.Switching;

/// <summary>Proves that a switch serves from a side: by a connection through it, as a user makes one.</summary>
internal sealed class MoveProof(TimeProvider clock)
{
    private const int AnswerBytesMax = 1_024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5), Look = TimeSpan.FromMilliseconds(20);

    /// <param name="check">Of the side. A plain HTTP check asks its address, and its status is looked at; any other proves the connection.</param>
    /// <returns>What answered, as a sentence; or why nothing did.</returns>
    public async Task<Parsed<string>> RunAsync(TrafficSwitch standing, TrafficSide side, CheckModel? check, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            using var socket = await Network.ConnectAsync(Reachable(standing.Model.Listen), either.Token);
            var asked = check?.Probe is ProbeSpec.Http { Url.Scheme: "http", Method: "GET", Headers.Count: 0 } http ? http : null;
            var status = asked is null ? null : await StatusAsync(socket, asked, either.Token);
            if (await SideAsync(standing, socket, either.Token) != side) return Parsed<string>.Bad("the connection was led to the other side");
            if (asked is null) return $"a connection through {standing.Model.Listen} was taken by {standing.Model.Of(side)}";
            return status is { } code && IsGood(code, asked)
                ? $"{standing.Model.Of(side)} answered {code.ToString(CultureInfo.InvariantCulture)} through {standing.Model.Listen}"
                : Parsed<string>.Bad(status is { } bad ? $"answered {bad.ToString(CultureInfo.InvariantCulture)} through {standing.Model.Listen}" : "the answer was not HTTP");
        }
        catch (SocketException error)
        {
            return Parsed<string>.Bad($"the connection through {standing.Model.Listen} broke: {error.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Parsed<string>.Bad($"no answer through {standing.Model.Listen} within {Durations.InWords(Limit)}");
        }
    }

    private async Task<TrafficSide?> SideAsync(TrafficSwitch standing, Socket socket, CancellationToken cancellation)
    {
        while (true)
        {
            if (standing.SideOf(socket.LocalEndPoint!) is { } serving) return serving;
            await Task.Delay(Look, clock, cancellation);
        }
    }

    private static async Task<int?> StatusAsync(Socket socket, ProbeSpec.Http check, CancellationToken cancellation)
    {
        // Kept open after the answer, so that the switch still knows the connection when it is asked about it.
        var request = $"GET {check.Url.PathAndQuery} HTTP/1.1\r\nHost: {check.Url.Authority}\r\nUser-Agent: tocsin\r\nAccept: */*\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), cancellation);
        var answer = new byte[AnswerBytesMax];
        var count = 0;
        while (count < answer.Length && !answer.AsSpan(0, count).Contains((byte)'\n'))
        {
            var read = await socket.ReceiveAsync(answer.AsMemory(count), cancellation);
            if (read == 0) break;
            count += read;
        }
        // "HTTP/1.1 200 OK" (RFC 9112 section 4)
        var words = Encoding.ASCII.GetString(answer, 0, count).Split(' ', 3);
        return words.Length >= 2 && words[0].StartsWith("HTTP/1.", StringComparison.Ordinal)
            && int.TryParse(words[1].AsSpan(0, Math.Min(3, words[1].Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : null;
    }

    // A redirect is followed by checks and not here: that the side sends one is proof enough.
    private static bool IsGood(int status, ProbeSpec.Http check) =>
        check.Status.Any(range => status >= range.From && status <= range.To) || (check.RedirectsMax > 0 && status is >= 300 and < 400);

    private static IPEndPoint Reachable(IPEndPoint listen) => listen.Address switch
    {
        var any when any.Equals(IPAddress.Any) => new(IPAddress.Loopback, listen.Port),
        var any when any.Equals(IPAddress.IPv6Any) => new(IPAddress.IPv6Loopback, listen.Port),
        _ => listen,
    };
}
