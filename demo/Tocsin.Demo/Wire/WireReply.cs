namespace Tocsin.Demo.Wire;

/// <summary>An answer of cache or store, in the shapes of RESP 2 (redis.io, "Redis serialization protocol"). Closed hierarchy.</summary>
internal abstract record WireReply
{
    private WireReply() { }

    /// <summary><c>$LENGTH CR LF text CR LF</c>. Shape: one line, so that both ends may read lines.</summary>
    internal sealed record Value(string Text) : WireReply;
    /// <summary><c>$-1 CR LF</c>: no such key.</summary>
    internal sealed record Nothing : WireReply;
    /// <summary><c>+word CR LF</c>.</summary>
    internal sealed record Done(string Word) : WireReply;
    /// <summary><c>-ERR reason CR LF</c>: it answered, and could not.</summary>
    internal sealed record Refused(string Reason) : WireReply;
    /// <summary>Never sent: no answer came, and why.</summary>
    internal sealed record Unreachable(string Reason) : WireReply;

    public bool IsFailure => this is Refused or Unreachable;
}
