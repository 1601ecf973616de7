using System.Net;

namespace Tocsin.Checks.Tests.Sighting;

public sealed class SharedHostTests
{
    private static readonly IPAddress Ours = IPAddress.Parse("192.0.2.10"), Theirs = IPAddress.Parse("198.51.100.7");
    private static readonly HashSet<IPAddress> Own = [Ours];

    private static SharedHost.Seen Host(string name, params IPAddress[] addresses) => new(name, addresses);

    [Fact]
    public void Judge_EverythingOnThisMachine_NamesIt() => SharedHost.Judge(
        [Host("a.example.org", Ours), Host("localhost", IPAddress.Loopback)], null, Own).ShouldBe("a.example.org, localhost");

    [Fact]
    public void Judge_OneElsewhere_IsNothing() =>
        SharedHost.Judge([Host("a.example.org", Ours), Host("b.example.org", Theirs)], null, Own).ShouldBeNull();

    [Fact]
    public void Judge_OneThatCannotBeResolved_IsNothing() =>
        SharedHost.Judge([Host("a.example.org", Ours), Host("b.example.org")], null, Own).ShouldBeNull();

    [Fact]
    public void Judge_TheHostOfPublicUrl_IsOurs()
    {
        SharedHost.Judge([Host("A.example.org")], Host("a.example.org"), Own).ShouldBe("A.example.org", "by name, also offline");
        SharedHost.Judge([Host("a.example.org", Theirs)], Host("tocsin.example.org", Theirs), Own).ShouldBe("a.example.org", "by address");
    }

    [Fact]
    public void Judge_Nothing_IsNothing() => SharedHost.Judge([], Host("a.example.org", Ours), Own).ShouldBeNull();

    [Fact]
    public void Judge_ManyHosts_NamesSome() => SharedHost.Judge(
        [.. Enumerable.Range(1, 5).Select(index => Host($"h{index}", Ours))], null, Own).ShouldBe("h1, h2, h3 and 2 more");
}
