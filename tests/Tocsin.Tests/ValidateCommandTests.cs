namespace Tocsin.Tests;

/// <summary>What <c>tocsin validate</c> says beyond what a file alone shows.</summary>
[Collection(Terminal.Collection)]
public sealed class ValidateCommandTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-validate-");

    private async Task<string[]> WarningsAsync(string text)
    {
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "t.yaml"), text);
        var (code, said, _) = await Terminal.RunAsync("validate", directory.FullName);
        code.ShouldBe(0, said);
        return [.. said.Split('\n').Where(line => line.Contains(" warning: ", StringComparison.Ordinal)).Select(line => line.Replace($"{directory.FullName}/t.yaml", "t.yaml", StringComparison.Ordinal))];
    }

    [Theory]
    [InlineData("", "t.yaml:1:10: warning: people.me can be paged but there is no 'public_url': messages carry no link to acknowledge by; expected the address of this install such as https://tocsin.example.org")]
    [InlineData("public_url: http://localhost:8080\n", "t.yaml:1:13: warning: public_url is an address of this machine only: links in messages will not open elsewhere, such as on a telephone")]
    [InlineData("public_url: http://tocsin.example.org\n", "t.yaml:1:13: warning: public_url is not encrypted: who reads along on the way can acknowledge and sign in; better https://")]
    public async Task Validate_LinksThatDoNotServe_AreAWarningAndNotAnError(string address, string expected) =>
        (await WarningsAsync(address + "people: {me: {ntfy: https://ntfy.example.org/x}}\n")).ShouldBe([expected]);

    [Fact]
    public async Task Validate_GoodLink_IsNoWarning() =>
        (await WarningsAsync("public_url: https://tocsin.example.org\npeople: {me: {ntfy: https://ntfy.example.org/x}}\n")).ShouldBeEmpty();

    [Theory]
    [InlineData("services:\n  shop: http://localhost:3000\n  db: tcp://127.0.0.1:5432\n", "t.yaml:1:1: warning: services: Tocsin runs on the host of all that it watches (127.0.0.1, localhost): when that goes down, nobody is woken; run Tocsin elsewhere, or let something outside miss its heartbeat_to")]
    [InlineData("public_url: https://shop.invalid\nservices:\n  shop: https://shop.invalid\n", "t.yaml:2:1: warning: services: Tocsin runs on the host of all that it watches (shop.invalid): when that goes down, nobody is woken; run Tocsin elsewhere, or let something outside miss its heartbeat_to")]
    [InlineData("heartbeat_to: https://hc.example.org/x\nservices:\n  shop: http://localhost:3000\n", "t.yaml:2:1: warning: services: Tocsin runs on the host of all that it watches (localhost): when that goes down, nobody is woken; run Tocsin elsewhere")]
    public async Task Validate_AllThatIsWatchedOnTheHostOfTocsin_IsAWarning(string text, string expected) => (await WarningsAsync(text)).ShouldBe([expected]);

    [Theory]
    [InlineData("services:\n  shop: http://localhost:3000\n  far: http://192.0.2.77\n")]
    [InlineData("services:\n  shop: https://name-without-an-address.invalid\n")]
    [InlineData("services:\n  shop: {}\n")]
    public async Task Validate_SomethingElsewhereOrUnknown_IsNoWarning(string text) => (await WarningsAsync(text)).ShouldBeEmpty();

    public void Dispose() => directory.Delete(recursive: true);
}
