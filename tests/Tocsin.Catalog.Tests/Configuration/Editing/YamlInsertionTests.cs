using FsCheck;
using FsCheck.Fluent;
using Tocsin.Catalog.Configuration;

namespace Tocsin.Catalog.Tests.Configuration.Editing;

public sealed class YamlInsertionTests
{
    private static readonly ConfigInsert Short = new(["services"], "blog", ConfigInsert.Text("https://blog.example.org"));
    private static readonly ConfigInsert Long = new(["services"], "blog",
        ConfigInsert.Map(("url", ConfigInsert.Text("https://blog.example.org")), ("escalation", ConfigInsert.Text("ada"))));
    private static readonly ConfigInsert Policy = new(["escalation"], "ada",
        ConfigInsert.Map(("steps", ConfigInsert.List(ConfigInsert.Map(("notify", ConfigInsert.Text("ada")))))));
    private static readonly ConfigInsert Inner = new(["services", "shop", "checks"], "api", ConfigInsert.Text("https://api.example.org/?a=b"));

    private static string Insert(string text, params ConfigInsert[] inserts) =>
        inserts.Aggregate(text, (before, insert) => YamlInsertion.Insert("t.yaml", before, insert).Value);

    [Fact]
    public void Insert_IntoAMap_KeepsCommentsOrderAndIndentation() => Insert(
        """
        # Ours.
        people:
            ada: {ntfy: https://ntfy.sh/x}   # first

        services:      # what people use
            shop: https://shop.example.org   # the shop
            # old: https://old.example.org

        # Where we live.
        public_url: https://tocsin.example.org
        """, Long, Policy).ShouldBe(
        """
        # Ours.
        people:
            ada: {ntfy: https://ntfy.sh/x}   # first

        services:      # what people use
            shop: https://shop.example.org   # the shop
            # old: https://old.example.org
            blog:
                url: https://blog.example.org
                escalation: ada

        # Where we live.
        public_url: https://tocsin.example.org

        escalation:
            ada:
                steps: [{notify: ada}]

        """);

    [Theory]
    [InlineData("", "services:\n  blog: https://blog.example.org\n")]
    [InlineData("# only words\n", "# only words\n\nservices:\n  blog: https://blog.example.org\n")]
    [InlineData("services:\n", "services:\n  blog: https://blog.example.org\n")]
    [InlineData("services: # none yet\nzone: UTC\n", "services: # none yet\n  blog: https://blog.example.org\nzone: UTC\n")]
    [InlineData("services: ~\n", null)]
    [InlineData("services: {}\n", "services: {blog: https://blog.example.org}\n")]
    [InlineData("services: {shop: https://a.example.org}\n", "services: {shop: https://a.example.org, blog: https://blog.example.org}\n")]
    [InlineData("services: {\n  shop: https://a.example.org, # one\n}\n", "services: {\n  shop: https://a.example.org, blog: https://blog.example.org, # one\n}\n")]
    [InlineData("{services: {shop: 'https://a.example.org'}, zone: UTC}", "{services: {shop: 'https://a.example.org', blog: https://blog.example.org}, zone: UTC}")]
    [InlineData("services:\n  shop: https://a.example.org", "services:\n  shop: https://a.example.org\n  blog: https://blog.example.org")]
    [InlineData("services:\r\n  shop: https://a.example.org\r\n", "services:\r\n  shop: https://a.example.org\r\n  blog: https://blog.example.org\r\n")]
    [InlineData("services:\r\n  shop: https://a.example.org", "services:\r\n  shop: https://a.example.org\r\n  blog: https://blog.example.org")]
    [InlineData("services:\n  shop:\nzone: UTC\n", "services:\n  shop:\n  blog: https://blog.example.org\nzone: UTC\n")]
    [InlineData("services:\n  shop:\n    description: |\n      One.\n\n      Two.\n\nzone: UTC\n",
        "services:\n  shop:\n    description: |\n      One.\n\n      Two.\n  blog: https://blog.example.org\n\nzone: UTC\n")]
    [InlineData("services:\n  shop:\n    description: one\n      two\n    depends_on:\n    - api\n    - db # last\nzone: UTC\n",
        "services:\n  shop:\n    description: one\n      two\n    depends_on:\n    - api\n    - db # last\n  blog: https://blog.example.org\nzone: UTC\n")]
    [InlineData("  services:\n    shop: https://a.example.org\n", "  services:\n    shop: https://a.example.org\n    blog: https://blog.example.org\n")]
    [InlineData("services:\n  shop:\n    description: |+\n      One.\n\nzone: UTC\n", null)]
    [InlineData("services: &all\n  shop: https://a.example.org\nother: *all\n", null)]
    [InlineData("services: https://a.example.org\n", null)]
    [InlineData("zone: UTC\n...\n", null)]
    [InlineData("services:\n\tshop: x\n", null)]
    public void Insert_EveryForm_IsRightOrRefused(string before, string? after)
    {
        var result = YamlInsertion.Insert("t.yaml", before, Short);
        if (after is null) result.Error.ShouldNotBeNull().ShouldContain("t.yaml");
        else result.Value.ShouldBe(after);
    }

    [Theory]
    [InlineData("services:\n  shop:\n    url: https://a.example.org\n", "services:\n  shop:\n    url: https://a.example.org\n    checks:\n      api: \"https://api.example.org/?a=b\"\n")]
    [InlineData("services:\n  shop:\n    checks:\n      web: https://a.example.org # it\n", "services:\n  shop:\n    checks:\n      web: https://a.example.org # it\n      api: \"https://api.example.org/?a=b\"\n")]
    [InlineData("services:\n  shop: {url: https://a.example.org}\n", "services:\n  shop: {url: https://a.example.org, checks: {api: \"https://api.example.org/?a=b\"}}\n")]
    [InlineData("services:\n  shop: https://a.example.org\n", null)]
    public void Insert_DeepInside_MakesTheMapsThatAreMissing(string before, string? after) =>
        (YamlInsertion.Insert("t.yaml", before, Inner) is { IsValid: true, Value: var text } ? text : null).ShouldBe(after);

    [Fact]
    public void Insert_IntoAnyText_PutsOnePieceInAndTakesNothingAway()
    {
        var refused = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Texts().ToArbitrary(), before =>
        {
            var result = YamlInsertion.Insert("t.yaml", before, Long);
            if (!result.IsValid) refused++;
            else IsOneInsertion(before, result.Value).ShouldBeTrue($"{before}\n--- became ---\n{result.Value}");
        }));
        refused.ShouldBeLessThan(50, "most of what people write can be added to");
    }

    private static bool IsOneInsertion(string before, string after)
    {
        var same = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        return after.EndsWith(before[same..], StringComparison.Ordinal);
    }

    /// <summary>Files of sections in block style, with comments, blank lines and long texts between.</summary>
    private static Gen<string> Texts() =>
        from sections in Gen.Shuffle((string[])["services", "people", "zone", "checks"]).Select(keys => keys.Take(3))
        from pieces in Gen.Choose(0, 4).ListOf(sections.Count())
        from fillers in Gen.Elements("", "\n", "# words: with a colon\n", "\n\n  # indented\n").ListOf(sections.Count())
        select string.Concat(sections.Select((key, index) => fillers[index] + Section(key, pieces[index])));

    private static string Section(string key, int form) => key == "zone" ? "zone: 'UTC' # here\n" : form switch
    {
        0 => $"{key}:\n",
        1 => $"{key}:\n  one: https://a.example.org # first\n  two: https://b.example.org\n",
        2 => $"{key}:\n    one:\n        name: \"a: b\"\n        description: >\n          Long\n\n          text\n",
        3 => $"{key}:\n  one:\n    headers: {{A: b,\n      C: d}}\n  # last: words\n",
        _ => $"{key}: {{one: {{name: x}}}}\n",
    };
}
