using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Tocsin.Kernel;

namespace Tocsin.Checks.Probes;

/// <summary>Opens connections for probes: resolves, refuses what the address rule refuses, connects, and shakes hands.</summary>
internal sealed class Dialer(IResolver resolver, IRoutes routes, CertificateJudge judge)
{
    /// <summary>Head start of an address over the next one of the same name. Source: RFC 8305, section 5.</summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <summary>A connected socket, no delay.</summary>
    /// <exception cref="ProbeEndedException">No address may or can be used.</exception>
    /// <exception cref="SocketException">No address answers.</exception>
    public async Task<Socket> ConnectAsync(string host, int port, ProbeRun run)
    {
        run.Enter(Stage.Resolve);
        var addresses = await CandidatesAsync(host, run);
        run.Enter(Stage.Connect);
        run.Address = addresses[0];
        var socket = await ConnectAnyAsync(addresses, port, run);
        var address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        run.Address = Network.Plain(address);
        run.EndPhase();
        var phases = run.Phases;
        run.Transcript.Add(() => $"* connected to {address} port {port} in {Transcript.Ms(phases.ConnectUs ?? 0)}");
        return socket;
    }

    private async Task<Socket> ConnectAnyAsync(List<IPAddress> addresses, int port, ProbeRun run)
    {
        try
        {
            return addresses.Count == 1
                ? await AttemptAsync(addresses[0], port, run.Token)
                : await RaceAsync(addresses, port, run);
        }
        catch (SocketException error) when (NoRoute(addresses, error) is { } ours) { throw ours; }
    }

    /// <summary>TLS on a connected socket; the verdict on the certificate stands in the run.</summary>
    public async Task<SslStream> SecureAsync(Socket socket, string serverName, ProbeRun run)
    {
        run.Enter(Stage.Tls);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await tls.AuthenticateAsClientAsync(judge.Options(serverName, run), run.Token);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
        run.EndPhase();
        var (protocol, verdict) = (tls.SslProtocol, run.Certificate);
        run.Transcript.Add(() => $"* {protocol}, certificate {verdict?.SubjectText}, valid until {verdict?.ExpiresAt:yyyy-MM-dd HH:mm} UTC");
        return tls;
    }

    public SslClientAuthenticationOptions TlsOptions(string serverName, ProbeRun run) => judge.Options(serverName, run);

    private async Task<List<IPAddress>> CandidatesAsync(string host, ProbeRun run)
    {
        var found = await ResolveAsync(host, run);
        var ofFamily = OfFamily(found, run.Request.Check.Family);
        if (ofFamily.Count == 0)
        {
            throw new ProbeEndedException(Finding.Down(ProbeReason.Dns, $"{host} has no {run.Request.Check.Family} address"));
        }
        var allowed = run.AllowLinkLocal ? ofFamily : ofFamily.FindAll(address => !Network.IsLinkLocal(address));
        if (allowed.Count == 0)
        {
            throw new ProbeEndedException(Finding.CannotTell(ProbeReason.LinkLocalRefused,
                $"{ofFamily[0]} is a link-local or metadata address, which the configuration does not allow"));
        }
        if (run.Request.Avoid is { } avoid && allowed.Count > 1 && allowed.Remove(avoid)) allowed.Add(avoid);
        return allowed;
    }

    private async Task<IPAddress[]> ResolveAsync(string host, ProbeRun run)
    {
        if (HostText.Literal(host) is { } literal) return [literal];
        try
        {
            var addresses = await resolver.ResolveAsync(host, run.Token);
            run.Transcript.Add(() => $"* {host} is {string.Join(", ", addresses.Take(8).AsEnumerable())}");
            return addresses;
        }
        catch (SocketException error)
        {
            run.Transcript.Add(() => $"* {host}: {error.Message}");
            throw new ProbeEndedException(Finding.Down(ProbeReason.Dns, error.SocketErrorCode switch
            {
                SocketError.HostNotFound => $"the name {host} does not exist",
                SocketError.NoData => $"the name {host} has no address",
                _ => $"the name {host} was not resolved: {Failures.Short(error.Message)}",
            }));
        }
    }

    private static List<IPAddress> OfFamily(IPAddress[] found, AddressFamilyChoice family) => family switch
    {
        AddressFamilyChoice.IPv4 => [.. found.Where(address => address.AddressFamily == AddressFamily.InterNetwork)],
        AddressFamilyChoice.IPv6 => [.. found.Where(address => address.AddressFamily == AddressFamily.InterNetworkV6)],
        AddressFamilyChoice.Any => [.. found],
    };

    /// <summary>All attempts failed for want of a route, and the kernel's table agrees: our own fault, not the target's.</summary>
    /// <remarks>A router's "unreachable" looks the same at the socket, hence the question to the table.</remarks>
    private ProbeEndedException? NoRoute(List<IPAddress> addresses, SocketException error)
    {
        if (!IsWantOfRoute(error) || addresses.Any(routes.HasRoute)) return null;
        return new ProbeEndedException(addresses.All(address => address.AddressFamily == AddressFamily.InterNetworkV6)
            ? Finding.CannotTell(ProbeReason.NoFamily, "this host has no IPv6 route")
            : Finding.CannotTell(ProbeReason.NoRoute, $"this host has no route to {addresses[0]}"));
    }

    private static bool IsWantOfRoute(SocketException error) => error.SocketErrorCode is SocketError.NetworkUnreachable
        or SocketError.NetworkDown or SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable;

    private static Task<Socket> AttemptAsync(IPAddress address, int port, CancellationToken cancellation) =>
        Network.ConnectAsync(new IPEndPoint(address, port), cancellation);

    /// <summary>Addresses in turn, each with a head start over the next; the first that connects wins.</summary>
    private static async Task<Socket> RaceAsync(List<IPAddress> addresses, int port, ProbeRun run)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(run.Token);
        var running = new List<Task<Socket>>();
        SocketException? failure = null;
        for (var next = 0; next < addresses.Count || running.Count > 0;)
        {
            if (next < addresses.Count) running.Add(AttemptAsync(addresses[next++], port, over.Token));
            var ended = await NextEndAsync(running, next < addresses.Count, run, over.Token);
            if (ended is null) continue;
            running.Remove(ended);
            try
            {
                var winner = await ended;
                await over.CancelAsync();
                foreach (var loser in running) Abandon(loser);
                return winner;
            }
            // A missing route of one family says less than what the other family answered.
            catch (SocketException error) when (failure is null || IsWantOfRoute(failure)) { failure = error; }
            catch (SocketException) { /* the first telling failure is kept */ }
        }
        throw failure!;
    }

    /// <returns>An attempt that ended; null when the head start is over and another attempt may begin.</returns>
    private static async Task<Task<Socket>?> NextEndAsync(
        List<Task<Socket>> running, bool hasMore, ProbeRun run, CancellationToken cancellation)
    {
        if (!hasMore) return await Task.WhenAny(running);
        using var early = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var headStart = Task.Delay(HeadStart, run.Clock, early.Token);
        var ended = await Task.WhenAny([.. running, headStart]);
        await early.CancelAsync();
        run.Token.ThrowIfCancellationRequested();
        return ended as Task<Socket>;
    }

    private static void Abandon(Task<Socket> loser) => _ = loser.ContinueWith(static ended =>
    {
        if (ended.IsCompletedSuccessfully) ended.GetAwaiter().GetResult().Dispose();
        else _ = ended.Exception;
    }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
