using System.Text.RegularExpressions;

namespace Tocsin.Tests;

/// <summary><c>docs/OUTAGES.md</c> and <c>docs/PROMISES.md</c> say what the program does: pages answer, commands parse, tests exist.</summary>
[Collection(Terminal.Collection)]
public sealed class OutagesTests
{
    private static readonly NamedTests Tests = NamedTests.OfTree();
    private static readonly IReadOnlySet<string> Types = OutageRows.TypesOfTree();
    private static readonly OutageRows Document = OutageRows.Read(File.ReadAllText(Path.Combine(SourceTree.Root, "docs/OUTAGES.md")));

    [Fact]
    public void Rows_OfTheFiveOutages_HoldWhatTheyClaim()
    {
        Document.Rows.Select(row => row.Outage).Distinct().ShouldBe(["000", "001", "002", "003", "004"]);
        Document.Wrong(Tests, Types).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("| a | – | `/` | – | works |", "it works without a test")]
    [InlineData("| a | – | – | `Tocsin.Tests.OutagesTests.Rows_OfTheFiveOutages_HoldWhatTheyClaim` | works |", "nothing shows it")]
    [InlineData("| a | – | – | `Tocsin.Tests.OutagesTests.Rows_OfNothing_Hold` | not yet |", "no test is called")]
    [InlineData("| a | `NoSuchTypeAnywhere` | – | – | not yet |", "neither a type nor a fact")]
    [InlineData("| a | – | `server` | – | not yet |", "neither a page nor a command")]
    [InlineData("| a | – | the page | – | not yet |", "code marks")]
    [InlineData("| a | – | – | – | soon |", "none of: works, partly, not yet")]
    [InlineData("| a | – | – | – | partly |", "does not say what is missing")]
    [InlineData("|  | – | – | – | not yet |", "it says nothing")]
    [InlineData("| a | – | – | not yet |", "4 cells")]
    public void Wrong_PlantedMistake_IsFound(string row, string problem)
    {
        var table = $"""
            ## 000 · It broke

            | the document says | lives in | shown by | proven by | state |
            |---|---|---|---|---|
            {row}
            """;
        OutageRows.Read(table).Wrong(Tests, Types).ShouldContain(found => found.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Wrong_CountsOfTheHead_AreThoseOfTheRows()
    {
        const string Text = """
            | outage | works | partly | not yet |
            |---|--:|--:|--:|
            | [000](#000) | 0 | 0 | {0} |
            | **all** | **0** | **0** | **1** |

            ## 000 · It broke

            | the document says | lives in | shown by | proven by | state |
            |---|---|---|---|---|
            | a | – | – | – | not yet |
            """;
        OutageRows.Read(Text.Replace("{0}", "1", StringComparison.Ordinal)).Wrong(Tests, Types).ShouldBeEmpty();
        OutageRows.Read(Text.Replace("{0}", "2", StringComparison.Ordinal)).Wrong(Tests, Types).ShouldBe(["000: the head must say 0, 0, 1"]);
    }

    [Fact]
    public void NamedTests_Inherited_AreFoundAndOthersAreNot()
    {
        var tests = NamedTests.Of(["""
            namespace A;
            public abstract class Suite<T> : Base<T> where T : new()
            {
                [Fact]
                public async Task Goes_Always_Well() { }
                [Fact(Skip = "later")]
                public void Goes_Later_Well() { }
                public void Helps() { }
            }
            public sealed class Here : Suite<int>;
            """]);
        tests.Contains("A.Here.Goes_Always_Well").ShouldBeTrue();
        foreach (var name in (string[])["A.Here.Goes_Later_Well", "A.Here.Helps", "A.There.Goes_Always_Well", "Goes_Always_Well"])
        {
            tests.Contains(name).ShouldBeFalse(name);
        }
    }

    [Fact]
    public async Task Commands_OfTheRows_ExplainThemselves()
    {
        var commands = Document.Rows.SelectMany(row => row.ShownBy).Where(OutageRows.IsCommand).Distinct().ToList();
        commands.Count.ShouldBeGreaterThan(3);
        foreach (var command in commands) (await IsKnownAsync(command)).ShouldBeTrue(command);
        (await IsKnownAsync("tocsin postmortem sing")).ShouldBeFalse();
        (await IsKnownAsync("tocsin postmortem new --no-such-option")).ShouldBeFalse();
    }

    /// <summary>Asks the program for the help of a command: it answers 0, its usage names the whole command, and each option stands in it.</summary>
    private static async Task<bool> IsKnownAsync(string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        string[] names = [.. words.TakeWhile(word => char.IsAsciiLetterLower(word[0]))];
        var (code, text, _) = await Terminal.RunAsync([.. names, "--help"]);
        if (code != 0) return false;
        return Regex.IsMatch(text, $@"Usage:\s+\S+ {string.Join(' ', names)}\b", RegexOptions.None, TimeSpan.FromSeconds(1))
            && words.Where(word => word.StartsWith("--", StringComparison.Ordinal)).All(option => text.Contains($"{option} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pages_OfTheRows_Answer()
    {
        var pages = Document.Rows.SelectMany(row => row.ShownBy).Where(OutageRows.IsPage).Distinct().Order(StringComparer.Ordinal).ToList();
        pages.Count.ShouldBeGreaterThan(5);
        await using var server = await SignedInServer.StartAsync();
        var dead = new List<string>();
        foreach (var page in pages)
        {
            if (await server.StatusOfAsync(page) is not 200 and var status) dead.Add($"{page} answers {status}");
        }
        dead.ShouldBeEmpty();
        (await server.StatusOfAsync("/no-such-page")).ShouldBe(404);
        (await server.StatusOfAsync("/incidents/4711")).ShouldBe(404);
    }

    [Fact]
    public void Promises_AreProvenByTestsThatExist()
    {
        var promises = MarkdownTables.Read(File.ReadAllText(Path.Combine(SourceTree.Root, "docs/PROMISES.md")));
        promises.Count.ShouldBeGreaterThan(20);
        promises.SelectMany(row => WrongPromise(row, Tests)).ShouldBeEmpty();
        WrongPromise(new("", 1, ["nothing is lost", "`Tocsin.Tests.NoTests.Nothing_Never_Lost`", "–"]), Tests).ShouldHaveSingleItem();
        WrongPromise(new("", 1, ["nothing is lost", "–", "0 of 1,000"]), Tests).ShouldHaveSingleItem();
        WrongPromise(new("", 1, ["nothing is lost", "–", "not tested yet"]), Tests).ShouldBeEmpty();
    }

    private static IEnumerable<string> WrongPromise(MarkdownRow row, NamedTests tests)
    {
        if (row.Cells is not [{ Length: > 0 }, var proof, { Length: > 0 } figure])
        {
            yield return $"line {row.Line}: a promise, its proof and its figure";
            yield break;
        }
        var (benchmarks, names) = (Benchmarks(proof), MarkdownTables.Marked(proof).Where(name => !name.StartsWith("bench ", StringComparison.Ordinal)).ToList());
        foreach (var name in names.Where(name => !tests.Contains(name))) yield return $"line {row.Line}: no test is called {name}";
        if (names.Count == 0 && !benchmarks.All(HasBenchmark) && figure != "not measured yet") yield return $"line {row.Line}: a figure without its benchmark";
        if (names.Count == 0 && benchmarks.Count == 0 && figure != "not tested yet") yield return $"line {row.Line}: neither a test nor a benchmark";
    }

    private static List<string> Benchmarks(string proof) =>
        [.. MarkdownTables.Marked(proof).Where(name => name.StartsWith("bench ", StringComparison.Ordinal)).Select(name => name["bench ".Length..])];

    private static bool HasBenchmark(string name) => Directory.Exists(Path.Combine(SourceTree.Root, "bench"))
        && SourceTree.Files("bench", ".cs").Any(file => file.Text.Contains($"\"{name}\"", StringComparison.Ordinal));
}
