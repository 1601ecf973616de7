using Tocsin.Changes.Guarded;
using Tocsin.Checks.Probes;

namespace Tocsin.Changes.Tests.Guarded;

public sealed class GuardRulesTests
{
    private static JsonPath Path(string text) => JsonPath.Parse(text).Value;
    private static readonly GuardModel.Bound Bound = new(Path("$.bound"), "$.bound", 1, 100_000);

    private static GuardModel.Requires Requires(Condition condition, Condition? when = null) => new(
        new Uri("http://127.0.0.1:9/facts"), Path("$.authentication"), "$.authentication", condition, when is null ? null : new When(Path("$.version"), "$.version", when));

    [Theory]
    [InlineData("""{"bound":1}""", null)]
    [InlineData("""{"bound":100000}""", null)]
    [InlineData("""{"bound":null}""", "$.bound is missing: expected a number from 1 to 100000")]
    [InlineData("{}", "$.bound is missing: expected a number from 1 to 100000")]
    [InlineData("""{"bound":0}""", "$.bound is 0: expected a number from 1 to 100000")]
    [InlineData("""{"bound":100001}""", "$.bound is 100001: expected a number from 1 to 100000")]
    [InlineData("""{"bound":"many"}""", "$.bound is many: expected a number from 1 to 100000")]
    [InlineData("bound = 1", "the new content is not JSON, so $.bound cannot be told: expected a number from 1 to 100000")]
    public void Judge_Bound_RefusesMissingAndOutOfRange(string content, string? refusal) =>
        GuardRules.Judge(Bound, ContentHash.JsonOf(content)).ShouldBe(refusal);

    [Theory]
    [InlineData("present", null)]
    [InlineData("absent", "$.authentication is absent on 127.0.0.1:9: a content with $.version of at least 2 needs present")]
    [InlineData(null, "$.authentication is not reported by 127.0.0.1:9: a content with $.version of at least 2 needs present")]
    public void Judge_Requires_NamesTheFactAndWhatNeedsIt(string? fact, string? refusal) =>
        GuardRules.Judge(Requires(new Condition("present", null), new Condition(null, "2")), fact).ShouldBe(refusal);

    [Theory]
    [InlineData("2.9", "2.10", false)]
    [InlineData("2.10", "2.9", true)]
    [InlineData("v3", "2.9.9", true)]
    [InlineData("2", "2.0.0", true)]
    public void Judge_AtLeast_ComparesVersionsByNumber(string fact, string least, bool isEnough) =>
        (GuardRules.Judge(Requires(new Condition(null, least)), fact) is null).ShouldBe(isEnough);

    [Fact]
    public void Judge_FactThatIsNoVersion_IsRefused() => GuardRules.Judge(Requires(new Condition(null, "2")), "soon").ShouldNotBeNull().ShouldContain("not a version");

    [Theory]
    [InlineData("""{"version":2}""", true, false)]
    [InlineData("""{"version":1}""", false, false)]
    [InlineData("{}", false, true)]
    [InlineData("""{"version":"new"}""", false, true)]
    [InlineData("version: 2", false, true)]
    public void Applies_When_CannotTellIsAFault(string content, bool applies, bool isFault)
    {
        var (answer, fault) = GuardRules.Applies(Requires(new Condition("present", null), new Condition(null, "2")), ContentHash.JsonOf(content));
        (answer, fault is not null).ShouldBe((applies, isFault));
    }
}
