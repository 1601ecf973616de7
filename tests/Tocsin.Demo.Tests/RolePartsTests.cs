using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tocsin.Demo.Roles;
using Tocsin.Demo.Wire;

namespace Tocsin.Demo.Tests;

public sealed class RolePartsTests
{
    [Fact]
    public void LineReader_AnyChunks_GivesTheSameLines() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>[]>(), ArbMap.Default.ArbFor<PositiveInt>(), (texts, size) =>
    {
        var lines = texts.Select(text => text.Get.Replace("\r\n", "", StringComparison.Ordinal)).ToArray();
        using var stream = new DrippingStream([.. lines.SelectMany(line => Encoding.UTF8.GetBytes(line + "\r\n"))], size.Get);
        var reader = new LineReader(stream, lineBytesMax: 100_000);
        foreach (var line in lines)
        {
            var received = reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            received.ShouldBeOfType<Received.Line>().Bytes.ShouldBe(Encoding.UTF8.GetBytes(line));
        }
        reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult().ShouldBeOfType<Received.Closed>();
        return true;
    }));

    [Fact]
    public void BoundedCache_Full_LosesWhatWasSetFirst()
    {
        var cache = new BoundedCache(bound: 2, TimeProvider.System);
        cache.Set("a", "1", TimeSpan.FromMinutes(1));
        cache.Set("b", "2", TimeSpan.FromMinutes(1));
        cache.Set("a", "3", TimeSpan.FromMinutes(1));
        cache.Set("c", "4", TimeSpan.FromMinutes(1));
        cache.Get("b").ShouldBeNull();
        cache.Get("a").ShouldBe("3");
        cache.Get("c").ShouldBe("4");
    }

    [Fact]
    public void BoundedCache_Unbound_KeepsAllUntilItIsBoundAgain()
    {
        var cache = new BoundedCache(bound: 2, TimeProvider.System);
        cache.Bind(null);
        for (var i = 0; i < 100; i++) cache.Set($"{i}", "abcd", TimeSpan.FromMinutes(1));
        cache.Set("99", "ab", TimeSpan.FromMinutes(1));
        (cache.Count, cache.Bytes).ShouldBe((100, 99 * 8 + 4));
        cache.Bind(2);
        (cache.Count, cache.Bytes, cache.Get("97")).ShouldBe((2, 8 + 4, null));
        cache.Get("99").ShouldBe("ab");
    }

    [Fact]
    public void BoundedCache_AfterItsTime_IsEmpty()
    {
        var clock = new SteppedClock();
        var cache = new BoundedCache(bound: 2, clock);
        cache.Set("a", "1", TimeSpan.FromSeconds(2));
        clock.Step(TimeSpan.FromSeconds(1.9));
        cache.Get("a").ShouldBe("1");
        clock.Step(TimeSpan.FromSeconds(0.1));
        cache.Get("a").ShouldBeNull();
    }

    [Fact]
    public void ProductTable_DroppedAndOpenedAgain_HasItsRows()
    {
        using var directory = new TemporaryDirectory();
        var table = new ProductTable(directory.Path);
        var rows = table.Read().Json.ShouldNotBeNull();
        table.Drop().ShouldBeTrue();
        table.Drop().ShouldBeFalse();
        table.Read().ShouldBe(new TableRead(null, "the table products does not exist"));
        new ProductTable(directory.Path).Read().Json.ShouldBe(rows);
        table.Restore().ShouldBeFalse();
    }

    [Fact]
    public void ProductTable_FileOverwrittenWithNoise_SaysCorrupt()
    {
        using var directory = new TemporaryDirectory();
        var table = new ProductTable(directory.Path);
        File.WriteAllText(Path.Combine(directory.Path, "products.json"), "{\"products\": [");
        table.Read().ShouldBe(new TableRead(null, "the table products is corrupt", IsLost: true));
    }

    [Theory]
    [InlineData("the first argument is the role")]
    [InlineData("the first argument is the role", "3")]
    [InlineData("the first argument is the role", "bank")]
    [InlineData("Api needs the option --port", "api")]
    [InlineData("the option --port has no value", "cache", "--port")]
    [InlineData("Mailbox has no option --data", "mailbox", "--data", "x")]
    [InlineData("Cache needs the option --data", "cache", "--port", "1", "--admin-port", "2")]
    [InlineData("the option --port is given twice", "cache", "--port", "1", "--port", "2")]
    [InlineData("--port is a number from 1 to 65535", "mailbox", "--port", "70000", "--admin-port", "1")]
    [InlineData("--api is HOST:PORT", "storefront", "--port", "1", "--api", "here")]
    public void RoleOptions_WrongArguments_SayWhatIsWrong(string problem, params string[] args)
    {
        var (options, said) = RoleOptions.Parse(args);
        options.ShouldBeNull();
        said.ShouldBe(problem);
    }

    /// <summary>Gives a few bytes at a time, as a network may.</summary>
    private sealed class DrippingStream(byte[] content, int size) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }

    private sealed class SteppedClock : TimeProvider
    {
        private long ticks;
        public override long GetTimestamp() => ticks;
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public void Step(TimeSpan time) => ticks += time.Ticks;
    }
}
