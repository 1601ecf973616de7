using System.Globalization;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Probes;

/// <summary>A finding that ends a probe from inside a callback of a library, which can only be left by throwing.</summary>
internal sealed class ProbeEndedException(Finding finding) : IOException(finding.Text)
{
    public Finding Finding { get; } = finding;
}

/// <summary>Reads what went wrong in sockets, TLS and HTTP.</summary>
internal static class Failures
{
    /// <returns>The finding; null when the exception is no failure of target or network but a bug of ours.</returns>
    public static Finding? Read(Exception error, ProbeRun run) => error switch
    {
        ProbeEndedException ended => ended.Finding,
        OperationCanceledException => TimedOut(run),
        _ when Inner<ProbeEndedException>(error) is { } ended => ended.Finding,
        _ when Inner<SocketException>(error) is { } socket => OfSocket(socket, run),
        _ when run.Certificate is { IsGood: false } certificate && run.Stage == Stage.Tls => certificate.Finding,
        _ when Inner<AuthenticationException>(error) is { } tls =>
            Finding.Down(ProbeReason.TlsFailed, $"no TLS session: {Short(tls.InnerException?.Message ?? tls.Message)}"),
        HttpRequestException http => OfHttp(http.HttpRequestError, http, run),
        HttpIOException http => OfHttp(http.HttpRequestError, http, run),
        IOException io when run.Stage == Stage.Tls => Finding.Down(ProbeReason.TlsFailed, $"no TLS session: {Short(io.Message)}"),
        IOException => Closed(run),
        _ => null,
    };

    public static Finding TimedOut(ProbeRun run)
    {
        var within = Seconds(run.Request.Check.Timeout);
        return Finding.Down(run.Stage == Stage.Resolve ? ProbeReason.Dns : ProbeReason.Timeout, run.Stage switch
        {
            Stage.Resolve => $"the name was not resolved within {within}",
            Stage.Connect => $"no connection within {within}",
            Stage.Tls => $"connected, but no TLS session within {within}",
            Stage.Answer => $"connected, but no answer within {within}",
            Stage.Body => $"answered {run.Status}, but the body did not end within {within}",
        });
    }

    public static Finding OfSocket(SocketException error, ProbeRun run) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => Finding.Down(ProbeReason.Refused, $"{run.Address} refused the connection"),
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown =>
            Finding.Down(ProbeReason.Reset, $"{run.Address} reset the connection"),
        SocketError.TimedOut => Finding.Down(ProbeReason.Timeout, $"no connection to {run.Address}"),
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown =>
            Finding.Down(ProbeReason.Unreachable, $"{run.Address} is unreachable"),
        SocketError.AccessDenied => Finding.CannotTell(ProbeReason.NoRoute, $"this host does not let packets out to {run.Address}"),
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.AddressNotAvailable =>
            Finding.CannotTell(ProbeReason.Internal, $"this host has no socket left ({error.SocketErrorCode})"),
        _ => Finding.Down(ProbeReason.Unreachable, $"{run.Address}: {Short(error.Message)}"),
    };

    private static Finding OfHttp(HttpRequestError kind, Exception error, ProbeRun run) => kind switch
    {
        HttpRequestError.ResponseEnded => Closed(run),
        HttpRequestError.ConfigurationLimitExceeded =>
            Finding.Down(ProbeReason.InvalidResponse, "the head of the answer is longer than 32 kB"),
        HttpRequestError.ProxyTunnelError => Finding.Down(ProbeReason.Proxy, $"the proxy opens no tunnel: {Short(error.Message)}"),
        HttpRequestError.SecureConnectionError => Finding.Down(ProbeReason.TlsFailed, $"no TLS session: {Short(error.Message)}"),
        _ => Finding.Down(ProbeReason.InvalidResponse, $"the answer is not HTTP: {Short(error.Message)}"),
    };

    private static Finding Closed(ProbeRun run) => Finding.Down(ProbeReason.Closed, run.Stage == Stage.Body
        ? $"answered {run.Status}, then closed the connection before the body was complete"
        : "closed the connection without a complete answer");

    private static T? Inner<T>(Exception error) where T : Exception
    {
        for (Exception? each = error; each is not null; each = each.InnerException)
        {
            if (each is T found) return found;
        }
        return null;
    }

    public static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");

    public static string Short(string text) => text.Length <= 160 ? text : string.Concat(text.AsSpan(0, 159), "…");
}
