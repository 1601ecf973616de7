using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Tocsin.Catalog;
using Tocsin.Checks.Probes;

namespace Tocsin.Checks.Tests;

/// <summary>The real prober on real sockets and real time; names and roots are the test's.</summary>
internal static class Probing
{
    public static Task<ProbeResult> RunAsync(ProbeSpec spec, double timeoutSeconds = 5, bool trustsTestRoot = true,
        AddressFamilyChoice family = AddressFamilyChoice.Any, FakeNames? names = null, IRoutes? routes = null, bool allowLinkLocal = false,
        bool wantsTranscript = false, IPAddress? avoid = null)
    {
        var check = Models.Check(spec, timeoutSeconds: timeoutSeconds, family: family);
        var judge = new CertificateJudge(trustsTestRoot ? new X509Certificate2Collection(Certificates.Root) : null);
        var dialer = new Dialer(names ?? new FakeNames(), routes ?? new KernelRoutes(), judge);
        var prober = new Prober(new FixedRevisions(Models.Revision([check], allowLinkLocal)), dialer, TimeProvider.System);
        return prober.RunAsync(new ProbeRequest(check, avoid, wantsTranscript), CancellationToken.None);
    }
}

internal sealed class FakeNames : Dictionary<string, IPAddress[]>, IResolver
{
    public Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellation) => TryGetValue(name, out var addresses)
        ? Task.FromResult(addresses)
        : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
}

internal sealed class NoRoutes : IRoutes
{
    public bool HasRoute(IPAddress address) => false;
}
