using Microsoft.Extensions.Logging.Abstractions;
using Tocsin.Catalog;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Tests.Support;
using Tocsin.Paging.Watch;

namespace Tocsin.Paging.Tests.Watch;

public sealed class OutboundHeartbeatTests
{
    private sealed class Probing : IProbingHealth { public string? Trouble { get; set; } }

    private sealed class Awaited : IRunner
    {
        public Task Work { get; private set; } = Task.CompletedTask;
        public void Run(string what, Func<CancellationToken, Task> work) => Work = work(CancellationToken.None);
    }

    private sealed class Bench : IAsyncDisposable
    {
        private readonly Awaited runner = new();
        private readonly HttpClient http = new();
        private readonly OutboundHeartbeat heartbeat;
        private readonly WebSink sink;

        private Bench(WebSink sink)
        {
            this.sink = sink;
            Pumps = new PumpHealth(Clock);
            Health = new StoreHealth(Clock);
            var revisions = new FixedRevisions(new Revision("0123456789ab", Samples.Now, "file",
                [new ServerModel { TrustedProxies = [], HeartbeatTo = new Uri(sink.Url, "/ping/shop") }]));
            heartbeat = new OutboundHeartbeat(revisions, Pumps, Health, Probing, runner, http, Clock, NullLogger<OutboundHeartbeat>.Instance);
        }

        public ManualClock Clock { get; } = new(Samples.Now);
        public PumpHealth Pumps { get; }
        public StoreHealth Health { get; }
        public Probing Probing { get; } = new();
        public int Received => sink.Requests.Count;
        public string? Withheld => heartbeat.Withheld;

        public static async Task<Bench> StartAsync() => new(await WebSink.AnsweringAsync(200));

        public async Task RunAsync(int seconds, bool pumpsMove = true)
        {
            for (var i = 0; i < seconds; i++)
            {
                if (pumpsMove) Pumps.Moved("reader/paging");
                await heartbeat.StepAsync(new Lease("node", 1), Clock.GetUtcNow(), default);
                await runner.Work;
                Clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await sink.DisposeAsync();
        }
    }

    [Fact]
    public async Task Step_EverythingMoves_CallsOnceAMinute()
    {
        await using var bench = await Bench.StartAsync();
        await bench.RunAsync(121);
        bench.Received.ShouldBe(3);
        bench.Withheld.ShouldBeNull();
    }

    [Fact]
    public async Task Step_JournalCannotBeWritten_IsSilentUntilItCan()
    {
        await using var bench = await Bench.StartAsync();
        bench.Health.Failed("disk full");
        await bench.RunAsync(61);
        bench.Received.ShouldBe(0);
        bench.Withheld.ShouldBe("the journal cannot be written: disk full");
        bench.Health.Succeeded();
        await bench.RunAsync(60);
        bench.Received.ShouldBe(1);
    }

    [Fact]
    public async Task Step_ProberIsBlind_IsSilent()
    {
        await using var bench = await Bench.StartAsync();
        bench.Probing.Trouble = "the prober cannot see out: the gateway does not answer";
        await bench.RunAsync(61);
        bench.Received.ShouldBe(0);
        bench.Withheld.ShouldBe(bench.Probing.Trouble);
    }

    [Fact]
    public async Task Step_APumpStandsStill_IsSilentAndNamesIt()
    {
        await using var bench = await Bench.StartAsync();
        await bench.RunAsync(1);
        await bench.RunAsync(60, pumpsMove: false);
        bench.Received.ShouldBe(1);
        bench.Withheld.ShouldBe("reader/paging stands still");
    }
}
