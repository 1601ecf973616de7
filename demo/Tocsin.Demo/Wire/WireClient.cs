using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Tocsin.Demo.Wire;

/// <summary>Asks cache or store. A new connection for each question, and one time limit over all of it.</summary>
/// <param name="name">What it talks to, for reasons.</param>
internal sealed class WireClient(string name, (string Host, int Port) target, TimeSpan timeout, TimeProvider clock)
{
    public async Task<WireReply> AskAsync(string command, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target.Host, target.Port, either.Token);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), either.Token);
            return await ReadAsync(new LineReader(stream, WireServer.LineBytesMax), either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new WireReply.Unreachable($"the {name} did not answer within {timeout.TotalMilliseconds:0} ms");
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return new WireReply.Unreachable($"the {name} cannot be reached: {error.Message}");
        }
    }

    private async Task<WireReply> ReadAsync(LineReader lines, CancellationToken cancellation)
    {
        if (await TextAsync(lines, cancellation) is not { Length: > 0 } head) return Broken("it closed the connection");
        return head[0] switch
        {
            '+' => new WireReply.Done(head[1..]),
            '-' => new WireReply.Refused($"the {name} answered: {(head.StartsWith("-ERR ", StringComparison.Ordinal) ? head[5..] : head[1..])}"),
            '$' when head == "$-1" => new WireReply.Nothing(),
            '$' when int.TryParse(head.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                && await TextAsync(lines, cancellation) is { } text && Encoding.UTF8.GetByteCount(text) == length => new WireReply.Value(text),
            _ => Broken("its answer is not in the protocol"),
        };
    }

    private static async Task<string?> TextAsync(LineReader lines, CancellationToken cancellation) =>
        await lines.ReadAsync(cancellation) is Received.Line line ? Encoding.UTF8.GetString(line.Bytes) : null;

    private WireReply.Unreachable Broken(string why) => new($"the {name} cannot be used: {why}");
}
