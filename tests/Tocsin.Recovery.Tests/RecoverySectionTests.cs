using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Recovery.Tests;

public sealed class RecoverySectionTests
{
    private static ConfigReading Read(string failover) => new ConfigReader([new CatalogSection(), new ServerSection(), new ChecksSection(), new RecoverySection()])
        .ReadText("tocsin.yaml", $$"""
            services:
              api: {checks: {page: {http: "http://127.0.0.1:9001/", interval: 5s} } }
              api-standby: {checks: {page: {http: "http://127.0.0.1:9002/", interval: 5s} } }
            failover:
            {{failover}}
            """, Inputs.Noon);

    private const string Good = "  api: {service: api, listen: 127.0.0.1:9000, primary: {address: 127.0.0.1:9001, check: api-page}, "
        + "standby: {address: '[::1]:9002', check: api-standby-page, fresh: {http: 'http://127.0.0.1:9002/lag', json: $.lag_seconds, at_most: 2.5}}, mode: automatic, cooldown: 90s}";

    [Fact]
    public void Read_Whole_IsTheModel()
    {
        var reading = Read(Good);
        var failover = reading.Revision.ShouldNotBeNull(string.Join('\n', reading.Diagnostics)).Get<RecoveryModel>().InOrder.ShouldHaveSingleItem();
        failover.Service.ShouldBe(new ServiceKey("api"));
        $"{failover.Listen} {failover.Primary.Address} {failover.Standby.Address}".ShouldBe("127.0.0.1:9000 127.0.0.1:9001 [::1]:9002");
        failover.Standby.Check.ShouldBe(new CheckKey("api-standby-page"));
        failover.Fresh.ShouldBe(new FreshnessModel(new Uri("http://127.0.0.1:9002/lag"), "$.lag_seconds", 2.5));
        (failover.Mode, failover.Cooldown).ShouldBe((FailoverMode.Automatic, TimeSpan.FromSeconds(90)));
    }

    [Fact]
    public void Read_ModeNotWritten_AsksAPerson() =>
        Read(Good.Replace(", mode: automatic", "", StringComparison.Ordinal)).Revision!.Get<RecoveryModel>().InOrder.Single().Mode.ShouldBe(FailoverMode.Approve);

    [Theory]
    [InlineData("check: api-page", "check: api.page", "failover.api.primary.check names the check 'api.page', which is not configured, did you mean 'api-page'?")]
    [InlineData("check: api-page", "check: zzzzzz", "expected one of 'api-page', 'api-standby-page'")]
    [InlineData("service: api,", "service: apo,", "did you mean 'api'?")]
    [InlineData("mode: automatic", "mode: automatik", "did you mean 'automatic'?")]
    [InlineData("127.0.0.1:9000", "9000", "expected an IP address of this machine and a port")]
    [InlineData("127.0.0.1:9001, check", "127.0.0.1:9000, check", "is where the switch itself listens")]
    [InlineData("'[::1]:9002'", "127.0.0.1:9001", "is the address of the primary")]
    [InlineData("check: api-standby-page", "check: api-page", "is the check of the primary")]
    [InlineData("at_most: 2.5", "at_most: -1", "expected a number from 0")]
    [InlineData("$.lag_seconds", "lag", "does not begin with $")]
    public void Read_Wrong_SaysWhereAndWhatIsExpected(string right, string wrong, string sentence) =>
        string.Join('\n', Read(Good.Replace(right, wrong, StringComparison.Ordinal)).Errors).ShouldContain(sentence);

    [Fact]
    public void Read_TwoOnOnePort_IsRefused() =>
        string.Join('\n', Read(Good + "\n" + Good.Replace("  api:", "  other:", StringComparison.Ordinal)).Errors).ShouldContain("is the address of failover.api too");
}
