using System.Net.Sockets;
using System.Text;

namespace Tocsin.Checks.Probes;

/// <summary>Opens a TCP connection; if asked, says something and waits for a text.</summary>
internal sealed class TcpProbe(Dialer dialer) : IProbe<ProbeSpec.Tcp>
{
    /// <summary>Bytes of an answer in which the expected text must begin and end.</summary>
    private const int AnswerBytesMax = 64 * 1024;

    public async ValueTask<Finding> RunAsync(ProbeSpec.Tcp spec, ProbeRun run)
    {
        using var socket = await dialer.ConnectAsync(spec.Host, spec.Port, run);
        if (spec.Send is { Length: > 0 } text)
        {
            run.Enter(Stage.Answer);
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), SocketFlags.None, run.Token);
            run.Transcript.Add(() => $"> {text}");
        }
        return spec.Expect is { Length: > 0 } expected
            ? await ExpectAsync(socket, expected, run)
            : Finding.Up($"{run.Address} port {spec.Port} is open");
    }

    private static async Task<Finding> ExpectAsync(Socket socket, string expected, ProbeRun run)
    {
        if (run.Stage != Stage.Answer) run.Enter(Stage.Answer);
        var wanted = Encoding.UTF8.GetBytes(expected);
        var answer = new byte[4096];
        var length = 0;
        run.Transcript.Add(() => $"< {Transcript.Excerpt(answer.AsSpan(0, length), 2_000)}");
        while (length < AnswerBytesMax)
        {
            if (length == answer.Length) Array.Resize(ref answer, answer.Length * 4);
            var read = await socket.ReceiveAsync(answer.AsMemory(length), SocketFlags.None, run.Token);
            if (read == 0) break;
            length += read;
            if (answer.AsSpan(0, length).IndexOf(wanted) < 0) continue;
            run.EndPhase();
            return Finding.Up("the expected text arrived");
        }
        return length == 0
            ? Finding.Down(ProbeReason.Closed, "closed the connection without a word")
            : Finding.Down(ProbeReason.Body, $"the answer does not contain '{Failures.Short(expected)}'");
    }
}
