using System.Net;
using System.Net.Sockets;
using Tocsin.Kernel;

namespace Tocsin.Paging.Channels;

/// <summary>An address that must not be contacted was the only one of its name.</summary>
internal sealed class AddressRefusedException(string message) : Exception(message);

/// <summary>Opens TCP connections: resolves a name and tries its addresses in order.</summary>
internal sealed class Dialer(TimeProvider clock)
{
    private const int AddressesMax = 4;

    /// <summary>A silent address is left for the next one of the same name after this.</summary>
    private static readonly TimeSpan BeforeNextAddress = TimeSpan.FromSeconds(3);

    /// <param name="isAllowed">Asked for each address after resolution, so that a name cannot lead round it.</param>
    /// <exception cref="SocketException">The name is not known or no address answers.</exception>
    /// <exception cref="AddressRefusedException">No address of the name is allowed.</exception>
    public async Task<Socket> DialAsync(string host, int port, Func<IPAddress, bool> isAllowed, CancellationToken cancellation)
    {
        var known = await Dns.GetHostAddressesAsync(host, cancellation);
        var allowed = known.Where(isAllowed).Take(AddressesMax).ToArray();
        if (allowed.Length == 0)
        {
            if (known.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
            throw new AddressRefusedException(
                $"{host} leads to the link-local address {known[0]}, which is refused unless the server section allows it");
        }
        for (var i = 0; ; i++)
        {
            var isLast = i == allowed.Length - 1;
            try { return await ConnectAsync(new IPEndPoint(allowed[i], port), isLast, cancellation); }
            catch (Exception error) when (!isLast && !cancellation.IsCancellationRequested
                && error is SocketException or OperationCanceledException)
            {
                // The next address of the name may answer; the last one's failure is the one that is told.
            }
        }
    }

    private async Task<Socket> ConnectAsync(IPEndPoint address, bool isLast, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(isLast ? Timeout.InfiniteTimeSpan : BeforeNextAddress, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        return await Network.ConnectAsync(address, either.Token);
    }
}
