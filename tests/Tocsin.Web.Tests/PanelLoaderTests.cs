using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tocsin.Kernel;
using Tocsin.Web.Tests.Site;

namespace Tocsin.Web.Tests;

public sealed class PanelLoaderTests : IDisposable
{
    private readonly FakeClock clock = new(DateTimeOffset.UnixEpoch);
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    public void Dispose() => services.Dispose();

    [Fact]
    public async Task Load_APanelThatNeverAnswers_IsGivenUpAtItsLimitOnTheClock()
    {
        var loader = new PanelLoader(clock, new WebMetrics(services.GetRequiredService<IMeterFactory>(), new LiveHub(clock)), NullLogger<PanelLoader>.Instance);
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource<object?>();
        var gaveUp = new TaskCompletionSource();
        var loading = loader.LoadAsync<IncidentId>([new Slow(asked, never, gaveUp)], PanelColumn.What, new IncidentId(1), CancellationToken.None);
        await asked.Task;
        clock.Advance(PanelLoader.Limit - TimeSpan.FromMilliseconds(1));
        loading.IsCompleted.ShouldBeFalse();
        // The wait begins on another thread; the clock is moved until it is seen.
        while (!loading.IsCompleted) { clock.Advance(TimeSpan.FromMilliseconds(1)); await Task.Yield(); }
        (await loading).Single().IsAvailable.ShouldBeFalse();
        await gaveUp.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private sealed class Slow(TaskCompletionSource asked, TaskCompletionSource<object?> never, TaskCompletionSource gaveUp) : IPanel<IncidentId>
    {
        public string Title => "Slow";
        public int Order => 1;
        public PanelColumn Column => PanelColumn.What;
        public Type Component => typeof(object);
        public async ValueTask<object?> LoadAsync(IncidentId id, CancellationToken cancellation)
        {
            cancellation.Register(gaveUp.SetResult);
            asked.SetResult();
            return await never.Task;
        }
    }
}
