using Tocsin.Catalog.Configuration;

namespace Tocsin.Catalog.Tests.Revisions;

public sealed class RevisionSummaryTests
{
    private static ConfigReading With(params ConfigItem[] items) => new() { Diagnostics = [], Items = items };

    private static ConfigItem Check(string key, string interval) => new("checks", key, ("interval", interval), ("timeout", "5 s"));

    [Fact]
    public void Of_AddedAndChanged_SaysBoth() => RevisionSummary.Of(
        With(Check("shop", "30 s"), Check("db", "30 s"), Check("old", "30 s")),
        With(Check("shop", "10 s"), Check("db", "30 s"), Check("api-health", "30 s"), Check("x", "30 s")))
        .ShouldBe("checks 3 → 4: added api-health, x, removed old; interval of shop 30 s → 10 s");

    [Fact]
    public void Of_ManyChanges_StaysShort()
    {
        var before = With([.. Enumerable.Range(0, 500).Select(i => Check($"check-number-{i}", "30 s"))]);
        var after = With([.. Enumerable.Range(250, 500).Select(i => Check($"check-number-{i}", "10 s"))]);
        var summary = RevisionSummary.Of(before, after);
        summary.Length.ShouldBeLessThanOrEqualTo(RevisionSummary.LengthMax);
        summary.ShouldStartWith("checks 500 → 500: added check-number-500, check-number-501, check-number-502 and 247 more, removed check-number-0");
        summary.ShouldEndWith("and 250 more");
    }

    [Fact]
    public void Of_OneVeryLongPart_IsCut() => RevisionSummary.Of(
        With(new ConfigItem("x", "k", ("p", new string('a', 400)))), With(new ConfigItem("x", "k", ("p", "b")))).Length.ShouldBe(RevisionSummary.LengthMax);
}
