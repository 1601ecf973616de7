using System.Net;
using System.Net.Sockets;
using System.Text;
using Tocsin.Demo.Web;

namespace Tocsin.Demo.Wire;

/// <summary>Answers commands, one a line: <c>NAME argument</c> (RESP 2 calls them inline commands).</summary>
/// <remarks>At most <see cref="ConnectionsMax"/> connections, lines of <see cref="LineBytesMax"/>, 30 s between commands.</remarks>
internal sealed class WireServer(
    int port, Func<string, string, CancellationToken, ValueTask<WireReply>> answer, RequestMetrics metrics, TimeProvider clock) : IAsyncDisposable
{
    public const int LineBytesMax = 64 * 1024;
    private const int ConnectionsMax = 256;
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(30);

    private readonly SocketDoor door = new(port, ConnectionsMax);

    public void Start() => door.Open(TalkAsync);

    public ValueTask DisposeAsync() => door.DisposeAsync();

    private async Task TalkAsync(Stream stream, CancellationToken stopping)
    {
        var lines = new LineReader(stream, LineBytesMax);
        while (true)
        {
            using var idle = new CancellationTokenSource(IdleMax, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, stopping);
            switch (await lines.ReadAsync(either.Token))
            {
                case Received.Closed: return;
                case Received.TooLong: await SendAsync(stream, new WireReply.Refused("the line is too long"), either.Token); break;
                case Received.Line line: await SendAsync(stream, await AnswerAsync(Encoding.UTF8.GetString(line.Bytes), either.Token), either.Token); break;
            }
        }
    }

    private async ValueTask<WireReply> AnswerAsync(string line, CancellationToken cancellation)
    {
        var started = metrics.Start();
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var name = (space < 0 ? line : line[..space]).ToUpperInvariant();
        var reply = name == "PING" ? new WireReply.Done("PONG") : await answer(name, space < 0 ? "" : line[(space + 1)..], cancellation);
        metrics.Finish(started, reply.IsFailure);
        return reply;
    }

    private static async Task SendAsync(Stream stream, WireReply reply, CancellationToken cancellation)
    {
        var text = reply switch
        {
            WireReply.Value value => $"${Encoding.UTF8.GetByteCount(value.Text)}\r\n{value.Text}\r\n",
            WireReply.Nothing => "$-1\r\n",
            WireReply.Done done => $"+{done.Word}\r\n",
            WireReply.Refused refused => $"-ERR {refused.Reason}\r\n",
            _ => throw new InvalidOperationException($"{reply} is never sent"),
        };
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation);
    }
}
