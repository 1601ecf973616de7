using Tocsin.Catalog.Configuration;

namespace Tocsin.Incidents.Tests;

public sealed class IncidentsSectionTests
{
    private static ConfigReading Read(string text) => new ConfigReader([new IncidentsSection()]).ReadText("t.yaml", text, DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData("", 30, 1_800)]
    [InlineData("incidents:", 30, 1_800)]
    [InlineData("incidents: {quiet_time: 0s, reopen_within: 1h}", 0, 3_600)]
    public void Read_Section_FillsTheModel(string text, int quietSeconds, int reopenSeconds) => Read(text).Revision!.Get<IncidentRulesModel>()
        .ShouldBe(new IncidentRulesModel { QuietTime = TimeSpan.FromSeconds(quietSeconds), ReopenWithin = TimeSpan.FromSeconds(reopenSeconds) });

    [Fact]
    public void Read_TooLong_SaysTheRange() => Read("incidents: {quiet_time: 2h}").Diagnostics.Single().ToString()
        .ShouldBe("t.yaml:1:25: incidents.quiet_time is '2h', expected a duration from 0s to 1h such as 30s");
}
