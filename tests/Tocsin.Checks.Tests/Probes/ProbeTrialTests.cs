using System.Net;
using System.Net.Sockets;
using Tocsin.Catalog;
using Tocsin.Checks.Probes;
using Tocsin.Kernel.Ports;

namespace Tocsin.Checks.Tests.Probes;

public sealed class ProbeTrialTests
{
    private static ProbeTrial Trial() => new(new Prober(new FixedRevisions(Models.Revision([])),
        new Dialer(new FakeNames(), new KernelRoutes(), new CertificateJudge()), TimeProvider.System));

    [Fact]
    public async Task Run_OpenPort_SaysWhatWasFound()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var result = (await Trial().RunAsync($"tcp://{listener.LocalEndpoint}", default)).Value;
        (result.Outcome, result.Text).ShouldBe((Outcome.Up, $"127.0.0.1 port {((IPEndPoint)listener.LocalEndpoint).Port} is open"));
    }

    [Fact]
    public async Task Run_NobodyListens_IsAResult() => (await Trial().RunAsync("http://127.0.0.1:1/", default)).Value.Outcome.ShouldBe(Outcome.Down);

    [Fact]
    public async Task Run_NoAddress_SaysSo() => (await Trial().RunAsync("tcp://nowhere", default)).IsValid.ShouldBeFalse();
}
