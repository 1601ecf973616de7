using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Changes.Guarded;
using Tocsin.Checks;
using Tocsin.Kernel;

namespace Tocsin.Changes.Tests.Guarded;

public sealed class TargetsSectionTests
{
    private static readonly ConfigReader Reader = new([new CatalogSection(), new ServerSection(), new ChecksSection(), new TargetsSection()]);

    private const string Whole = """
        services:
          shop: {checks: {page: http://127.0.0.1:1/}}
          api: {}
        targets:
          api-release:
            service: api
            file: api-release.json
            validate: [/usr/bin/jq, ., "{file}"]
            reload: {post: http://127.0.0.1:1/reload}
            applied: {http: http://127.0.0.1:1/applied, json: $.sha256}
            watch: {checks: [shop-page], for: 20s}
            guards:
              - requires: {when: {json: $.version, at_least: 2}, http: http://127.0.0.1:1/facts, json: $.authentication, equals: present}
              - bound: {json: $.bound, min: 1, max: 100000}
        """;

    private static string[] ErrorsOf(string text) =>
        [.. Reader.ReadText("t.yaml", text, DateTimeOffset.UnixEpoch).Errors.Select(error => error.ToString())];

    [Fact]
    public void Read_WholeTarget_HasEveryPart()
    {
        var reading = Reader.ReadText("t.yaml", Whole, DateTimeOffset.UnixEpoch);
        reading.Errors.ShouldBeEmpty();
        var target = reading.Revision!.Get<TargetsModel>().Targets[new TargetKey("api-release")];
        (target.Service, target.File, target.Timeout, target.IsSecret).ShouldBe((new ServiceKey("api"), "api-release.json", TimeSpan.FromSeconds(10), false));
        target.Validate.ShouldBe(["/usr/bin/jq", ".", "{file}"]);
        target.Reload.ShouldBe(new Uri("http://127.0.0.1:1/reload"));
        target.Applied!.Within.ShouldBe(TimeSpan.FromSeconds(10));
        (target.Watch.For, target.Watch.Results, target.Watch.Settle).ShouldBe((TimeSpan.FromSeconds(20), 3, TimeSpan.FromMinutes(1)));
        target.Guards[0].ShouldBeOfType<GuardModel.Requires>().When!.Condition.ShouldBe(new Condition(null, "2"));
        target.Guards[1].ShouldBeOfType<GuardModel.Bound>().Max.ShouldBe(100_000);
    }

    [Theory]
    [InlineData("checks: [shop-page]", "checks: [shop-pgae]",
        "t.yaml:11:21: targets.api-release.watch.checks names the check 'shop-pgae', which is not configured, did you mean 'shop-page'?")]
    [InlineData("service: api\n", "service: apj\n", "t.yaml:6:14: targets.api-release.service names the service 'apj', which is not configured, did you mean 'api'?")]
    [InlineData("\"{file}\"", "x", "t.yaml:8:15: targets.api-release.validate has no {file}, so it would not look at the candidate; put it where the validator expects the path")]
    [InlineData("equals: present", "equals: present, at_least: 2", "t.yaml:13:141: targets.api-release.guards.requires.at_least stands beside equals:, expected only one of the two")]
    [InlineData("min: 1, max: 100000", "min: 5, max: 1", "t.yaml:14:45: targets.api-release.guards.bound.max is less than min:, expected at least that")]
    [InlineData("reload: {post: http://127.0.0.1:1/reload}", "reload: {post: http://127.0.0.1:1/reload}\n    apply: [/bin/true]",
        "t.yaml:9:13: targets.api-release.reload stands beside apply:, expected only one of the two")]
    [InlineData("json: $.sha256", "json: sha256", "t.yaml:10:55: targets.api-release.applied.json is 'sha256', expected a JSON path such as $.version: 'sha256' does not begin with $, as in $.status")]
    public void Read_Mistake_IsSaidWithItsPlace(string right, string wrong, string error)
    {
        Whole.ShouldContain(right);
        ErrorsOf(Whole.Replace(right, wrong, StringComparison.Ordinal)).ShouldBe([error]);
    }

    [Fact]
    public void Read_TwoTargetsOfOneFile_IsAnError() => ErrorsOf(Whole + """

          other: {service: api, file: api-release.json, watch: {checks: [shop-page]}, applied: {http: http://127.0.0.1:1/applied, json: $.sha256}}
        """).ShouldHaveSingleItem().ShouldContain("has the same file as targets.api-release");

    [Fact]
    public void Read_NobodyIsAskedWhetherItIsApplied_IsAWarning() => Reader.ReadText("t.yaml",
        Whole.Replace("    applied: {http: http://127.0.0.1:1/applied, json: $.sha256}\n", "", StringComparison.Ordinal), DateTimeOffset.UnixEpoch)
        .Diagnostics.ShouldHaveSingleItem().ToString().ShouldContain("warning: targets.api-release has no applied:");
}
