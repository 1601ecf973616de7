using FsCheck;
using FsCheck.Fluent;
using Tocsin.Changes.Guarded;

namespace Tocsin.Changes.Tests.Guarded;

public sealed class ContentDiffTests
{
    [Theory]
    [InlineData("""{"version":2}""", """{"version":1}""", "version 2 → 1")]
    [InlineData("""{"a":{"b":1},"c":2}""", """{"a":{"b":1}}""", "c 2 → missing")]
    [InlineData("""{"a":1,"b":1,"c":1,"d":1}""", """{"a":2,"b":2,"c":2,"d":2}""", "a 1 → 2, b 1 → 2, c 1 → 2 and 1 more")]
    [InlineData("port = 1\nx", "port = 2\nx", "port = 1 → port = 2")]
    [InlineData("a\nb", "c", "2 lines go, 1 line comes")]
    [InlineData("same", "same", "nothing")]
    public void InOneLine_SaysWhatDiffers(string before, string after, string expected) => ContentDiff.InOneLine(before, after).ShouldBe(expected);

    [Fact]
    public void Lines_LongTexts_AreBounded()
    {
        var (before, after) = (string.Join('\n', Enumerable.Range(0, 5_000)), string.Join('\n', Enumerable.Range(9_000, 5_000)));
        var lines = ContentDiff.Lines(before, after);
        lines.Count.ShouldBe(ContentDiff.LinesMax);
        lines[^1].Text.ShouldBe("… 9801 more lines");
        ContentDiff.Lines(new string('x', 100_000), "").ShouldHaveSingleItem().Text.Length.ShouldBe(ContentDiff.LineLengthMax);
    }

    [Fact]
    public void Lines_AnyTexts_TellBothSides()
    {
        var text = Gen.Elements("a", "b", "c", "d").ListOf().Select(lines => string.Join('\n', lines));
        FsCheck.Check.One(Config.QuickThrowOnFailure, Prop.ForAll(text.Zip(text).ToArbitrary(), pair =>
        {
            var (before, after) = pair;
            var lines = ContentDiff.Lines(before, after);
            // What is told of the old text stands in it in order, and so with the new one.
            return string.Join('\n', before.Split('\n')).Contains(string.Join('\n', lines.Where(line => line.Mark != '+').Select(line => line.Text)), StringComparison.Ordinal)
                && after.Contains(string.Join('\n', lines.Where(line => line.Mark != '-').Select(line => line.Text)), StringComparison.Ordinal)
                && (before == after || lines.Any(line => line.Mark != ' '));
        }));
    }
}
