using Tocsin.Catalog.Configuration;

namespace Tocsin.Catalog.Tests.Configuration.Editing;

public sealed class LineDiffTests
{
    private static string Of(string before, string after) => string.Join('\n', LineDiff.Of(before, after).Select(line =>
        (line.Kind switch { DiffKind.Added => "+", DiffKind.Removed => "-", DiffKind.Same => " ", DiffKind.Gap => "" }) + line.Text));

    [Fact]
    public void Of_TwoPlaces_ShowsEachWithItsSurroundings() => Of(
        "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\n", "a\nb\nc\nd\nX\ne\nf\ng\nh\ni\nj\nk\nm\n").ShouldBe("…\n b\n c\n d\n+X\n e\n f\n g\n…\n i\n j\n k\n-l\n m");

    [Fact]
    public void Of_TheSame_IsEmpty() => LineDiff.Of("a\nb", "a\r\nb\n").ShouldBeEmpty();

    [Fact]
    public void Of_VeryDifferentTexts_TellsThemAsReplaced()
    {
        var diff = LineDiff.Of(string.Join('\n', Enumerable.Range(0, 3_000)), string.Join('\n', Enumerable.Range(5_000, 3_000)));
        (diff.Count(line => line.Kind == DiffKind.Removed), diff.Count(line => line.Kind == DiffKind.Added)).ShouldBe((3_000, 3_000));
    }
}
