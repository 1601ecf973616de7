using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Pages;
using Tocsin.Server;

namespace Tocsin.Tests.Adding;

public sealed class CheckAdditionTests
{
    private const string Known = """
        people: {ada: {ntfy: https://ntfy.sh/a}, grace: {ntfy: https://ntfy.sh/g}, linus: {ntfy: https://ntfy.sh/l}}
        services: {shop: https://shop.example.org}
        public_url: https://tocsin.example.org
        escalation:
          at-night: {steps: {notify: grace}}
          linus: {steps: [{notify: linus}, {notify: ada}]}
        """;

    private static readonly Revision Revision = new ConfigReader(Modules.Sections).ReadText("t.yaml", Known, DateTimeOffset.UnixEpoch).Revision!;

    private static CheckAddition Of(string url, string key = "", string service = "", string who = "", bool hasMap = false) =>
        CheckAddition.Of(new CheckForm(url, key, service, who), Revision, _ => hasMap);

    private static string TextOf(CheckAddition addition) => string.Concat(addition.Inserts.Select(insert => insert.Snippet));

    [Theory]
    [InlineData("", "services:\n  blog.example.org: https://www.blog.example.org\n")]
    [InlineData("policy/at-night", "services:\n  blog.example.org:\n    url: https://www.blog.example.org\n    escalation: at-night\n")]
    [InlineData("person/grace", "services:\n  blog.example.org:\n    url: https://www.blog.example.org\n    escalation: at-night\n")]
    [InlineData("person/ada", "services:\n  blog.example.org:\n    url: https://www.blog.example.org\n    escalation: ada\nescalation:\n  ada:\n    steps: [{notify: ada}]\n")]
    [InlineData("person/linus", "services:\n  blog.example.org:\n    url: https://www.blog.example.org\n    escalation: linus-2\nescalation:\n  linus-2:\n    steps: [{notify: linus}]\n")]
    public void Of_ANewService_IsTheSmallestEntryThatSaysWho(string who, string expected)
    {
        var addition = Of("www.blog.example.org", who: who);
        addition.Errors.ShouldBeEmpty();
        TextOf(addition).ShouldBe(expected);
        addition.Check.Value.ShouldBe("blog.example.org");
    }

    [Theory]
    [InlineData(true, "services:\n  shop:\n    checks:\n      api: https://api.example.org\n")]
    [InlineData(false, "checks:\n  shop-api:\n    service: shop\n    http: https://api.example.org\n")]
    public void Of_AServiceThatIsThere_StandsInItOrNamesIt(bool hasMap, string expected)
    {
        var addition = Of("https://api.example.org", "api", "shop", "person/ada", hasMap);
        TextOf(addition).ShouldBe(expected);
        addition.Check.Value.ShouldBe("shop-api");
    }

    [Fact]
    public void Of_APort_IsWrittenByItsKind() =>
        TextOf(Of("tcp://db.example.org:5432", "db", "shop")).ShouldBe("checks:\n  shop-db:\n    service: shop\n    tcp: db.example.org:5432\n");

    [Theory]
    [InlineData("", "", "", "", "url")]
    [InlineData("https://a.example.org", "shop", "", "", "key")]
    [InlineData("https://a.example.org", "", "gone", "", "service")]
    [InlineData("https://a.example.org", "", "", "person/gone", "who")]
    [InlineData("https://a.example.org", "", "", "policy/gone", "who")]
    [InlineData("https://a.example.org", "", "", "nonsense", "who")]
    public void Of_WhatCannotBe_IsSaidAtItsField(string url, string key, string service, string who, string field)
    {
        var addition = Of(url, key, service, who);
        addition.Errors.Single().Field.ShouldBe(field);
        addition.Inserts.ShouldBeEmpty();
    }
}
