using Microsoft.Extensions.Logging.Abstractions;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.StatusPages.Tests;

public sealed class StaticFilesTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-test-");
    private readonly HeldRunner runner = new();

    public void Dispose() => directory.Delete(recursive: true);

    private StaticFiles Files(string? writeTo) =>
        new(StatusFixture.Revisions(Some.Page("checkout") with { WriteTo = writeTo }), runner, NullLogger<StaticFiles>.Instance);

    private static StatusPublication PageOf(Outcome outcome) =>
        StatusFixture.Print(Some.Inputs(Some.Page("checkout"), [Some.Check("checkout", outcome)]));

    private string Read(string name) => File.ReadAllText(Path.Combine(directory.FullName, name));

    [Fact]
    public async Task Offer_TwiceWhileWriting_EndsWithTheNewestAndNoRest()
    {
        var files = Files(directory.FullName);
        files.Offer(PageOf(Outcome.Up));
        files.Offer(PageOf(Outcome.Down));
        await runner.RunAllAsync();
        directory.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal)
            .ShouldBe(["index.html", "status.atom", "status.css", "status.js", "status.json"]);
        Read("status.json").ShouldContain("Checkout is down.");
        files.Offer(PageOf(Outcome.Up));
        await runner.RunAllAsync();
        Read("index.html").ShouldContain("Checkout is working.");
        files.Check().ShouldBe(HealthState.Well);
    }

    [Fact]
    public async Task Offer_BadDirectory_IsSaidInHealthAndMendsItself()
    {
        var missing = Path.Combine(directory.FullName, "not-there");
        var files = Files(missing);
        files.Offer(PageOf(Outcome.Up));
        await runner.RunAllAsync();
        files.Check().Level.ShouldBe(HealthLevel.Impaired);
        files.Check().Reason.ShouldContain(missing);
        Directory.CreateDirectory(missing);
        files.Offer(PageOf(Outcome.Up));
        await runner.RunAllAsync();
        files.Check().ShouldBe(HealthState.Well);
        File.Exists(Path.Combine(missing, "index.html")).ShouldBeTrue();
    }

    [Fact]
    public async Task Offer_NoDirectoryConfigured_WritesNothing()
    {
        Files(null).Offer(PageOf(Outcome.Up));
        runner.Waiting.ShouldBe(0);
    }

    /// <summary>Holds work until it is asked for.</summary>
    private sealed class HeldRunner : IRunner
    {
        private readonly Queue<Func<CancellationToken, Task>> held = [];
        public int Waiting => held.Count;
        public void Run(string what, Func<CancellationToken, Task> work) => held.Enqueue(work);

        public async Task RunAllAsync()
        {
            while (held.TryDequeue(out var work)) await work(CancellationToken.None);
        }
    }
}
