using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tocsin.Tests;

/// <summary>The five outages, typed by hand as their documents tell them, and read again as a postmortem.</summary>
[Collection(Terminal.Collection)]
public sealed class WrittenUpTests : IAsyncLifetime
{
    private SignedInServer server = null!;

    public async Task InitializeAsync() => server = await SignedInServer.StartAsync();
    public async Task DisposeAsync() => await server.DisposeAsync();

    private async Task<string> TerminalAsync(params string[] arguments)
    {
        var (code, text, errors) = await Terminal.RunAsync([.. arguments, "--server", server.Address.ToString(), "--token", server.Token]);
        errors.ShouldBeEmpty();
        code.ShouldBe(0);
        return text;
    }

    private async Task<(string Id, string Markdown)> WriteUpAsync(string[] arguments)
    {
        var answer = JsonNode.Parse(await TerminalAsync(["postmortem", "new", .. arguments, "--json"]))!;
        var id = (string)answer["id"]!;
        return (id, await TerminalAsync("postmortem", "show", id));
    }

    [Theory]
    [InlineData("000")]
    [InlineData("001")]
    [InlineData("002")]
    [InlineData("003")]
    [InlineData("004")]
    public async Task New_FactsOfAnOutage_ComeBackInPrint(string outage)
    {
        var told = OutageByHand.All[outage];
        var (id, markdown) = await WriteUpAsync(told.Arguments);
        foreach (var fact in told.Facts) markdown.ShouldContain(fact);
        told.Rows.Select(row => markdown.IndexOf(row, StringComparison.Ordinal)).ShouldBeInOrder();
        foreach (var row in told.Rows) markdown.ShouldContain(row);
        var (status, html) = await server.ReadAsync($"/postmortems/{id}/print");
        status.ShouldBe(200);
        var print = WebUtility.HtmlDecode(Regex.Replace(html, "<[^>]+>", " ", RegexOptions.None, TimeSpan.FromSeconds(5)));
        foreach (var row in told.Rows) print.ShouldContain(row.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[^1]);
    }

    /// <summary>A table whose halves of the day were mixed up: every row stays, and no length is made of an end before its beginning.</summary>
    [Fact]
    public async Task New_TimesThatContradict_AreKeptAndNotReckonedWith()
    {
        var (_, markdown) = await WriteUpAsync(
        [
            "--title", "Halves of the day mixed up", "--start", "2024-04-20 11:15 AM GMT+2", "--end", "2024-04-20 1:22 PM GMT+2",
            "--entry", "2024-04-20 11:15 AM GMT+2 | detected | Servers go down", "--entry", "2024-04-20 12:03 AM GMT+2 | notified | Pagers wake the people on call",
        ]);
        markdown.ShouldContain("| 2024-04-20 00:03 | Pagers wake the people on call |");
        markdown.ShouldContain("| 11:15 | Servers go down |");
        Regex.IsMatch(markdown, @"\| Notified \| 2024-04-20 00:03 \|[^|]*\|\s*\|", RegexOptions.None, TimeSpan.FromSeconds(1)).ShouldBeTrue(markdown);
    }
}
