namespace Tocsin.Demo.Wire;

/// <summary>What the next line of a conversation was. Closed hierarchy.</summary>
internal abstract record Received
{
    private Received() { }
    /// <param name="Bytes">Without the CR LF at its end.</param>
    internal sealed record Line(byte[] Bytes) : Received;
    /// <summary>Longer than allowed; it was read to its end and thrown away.</summary>
    internal sealed record TooLong : Received;
    internal sealed record Closed : Received;
}

/// <summary>Reads lines that end in CR LF. A lone CR or LF is content: reading it as an end is how mail is smuggled.</summary>
/// <param name="lineBytesMax">Longest line, CR LF included.</param>
internal sealed class LineReader(Stream stream, int lineBytesMax)
{
    private readonly byte[] buffer = new byte[8192];
    private int start;
    private int end;

    public async ValueTask<Received> ReadAsync(CancellationToken cancellation)
    {
        var line = new List<byte>(128);
        var length = 0;
        var last = (byte)0;
        while (true)
        {
            if (start == end)
            {
                start = 0;
                end = await stream.ReadAsync(buffer, cancellation);
                if (end == 0) return new Received.Closed();
            }
            var current = buffer[start++];
            length = Math.Min(length + 1, lineBytesMax + 1);
            if (length <= lineBytesMax) line.Add(current);
            if (current == '\n' && last == '\r')
            {
                return length > lineBytesMax ? new Received.TooLong() : new Received.Line([.. line[..^2]]);
            }
            last = current;
        }
    }
}
