using Tocsin.Alerts;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents.Tests;

public sealed class PlacementTests
{
    private static readonly DateTimeOffset Noon = Bench.Noon;
    private static readonly Tocsin.Catalog.CatalogModel Catalog = Bench.Shop().Catalog;

    private static Alert Of(string? service, double atSeconds = 0, string facet = "", string? key = null) => new(
        new AlertId(1), key ?? $"check/{service}", service is null ? null : new ServiceKey(service), null, "title", "", Severity.Sev2, facet,
        Noon.AddSeconds(atSeconds), Noon.AddSeconds(atSeconds), null);

    private static PlacementCandidate Open(string? service, string facet = "", bool isDeclared = false, bool isOver = false, string? key = null) => new(new Incident
    {
        Id = new IncidentId(5),
        Title = "there",
        Severity = Severity.Sev2,
        State = isOver ? IncidentState.Resolved : IncidentState.Open,
        Services = service is null ? [] : [new AffectedService(new ServiceKey(service), service)],
        Started = ToldMoment.Exactly(Noon),
        StartedAt = Noon,
        OpenedAt = Noon,
        IsDeclared = isDeclared,
        IsPast = false,
    }, new HashSet<string> { key ?? $"check/{service}" }, new HashSet<(string, string)> { (key ?? $"check/{service}", "title") }, new HashSet<string> { facet });

    private static string? Because(Alert alert, params PlacementCandidate[] candidates) =>
        (Placement.Decide(alert, candidates, Catalog) as PlacementDecision.Join)?.Because;

    [Fact] public void Decide_NothingThere_Opens() => Because(Of("api")).ShouldBeNull();
    [Fact] public void Decide_SameService_Joins() => Because(Of("api", 3_600), Open("api", key: "other")).ShouldBe("API is part of this incident");
    [Fact] public void Decide_WhatItNeeds_Joins() => Because(Of("api", 3_600), Open("db")).ShouldBe("API depends on Orders database");
    [Fact] public void Decide_WhatNeedsIt_Joins() => Because(Of("db", 3_600), Open("api")).ShouldBe("API depends on Orders database");
    [Fact] public void Decide_Transitive_Joins() => Because(Of("storefront", 3_600), Open("db")).ShouldBe("Storefront depends on Orders database");
    [Fact] public void Decide_Siblings_DoNotJoinLater() => Because(Of("db", 3_600), Open("cache")).ShouldBeNull();
    [Fact] public void Decide_SameHostAndTime_Joins() => Because(Of("blog", 30, "host:web-1"), Open("wiki", "host:web-1")).ShouldBe("it shares host web-1 with this incident");
    [Fact] public void Decide_SameHostHoursLater_Opens() => Because(Of("blog", 3_600, "host:web-1"), Open("wiki", "host:web-1")).ShouldBeNull();
    [Fact] public void Decide_SameMoment_Joins() => Because(Of("blog", 40), Open("api")).ShouldBe("it began at the same moment");
    [Fact] public void Decide_AMomentBefore_Joins() => Because(Of("blog", -40), Open("api")).ShouldBe("it began at the same moment");
    [Fact] public void Decide_AfterTheMoment_Opens() => Because(Of("blog", 41), Open("api")).ShouldBeNull();
    [Fact] public void Decide_SameMomentAsADeclaredOne_Opens() => Because(Of("blog", 1), Open("api", isDeclared: true)).ShouldBeNull();
    [Fact] public void Decide_DependentOfADeclaredOne_Joins() => Because(Of("db", 1), Open("api", isDeclared: true)).ShouldNotBeNull();
    [Fact] public void Decide_SameFailureOfAResolvedOne_Reopens() => Because(Of("api", 60), Open("api", isOver: true)).ShouldBe("the same failure came back");
    [Fact] public void Decide_OtherFailureOfAResolvedOne_Opens() => Because(Of("api", 60, key: "check/other"), Open("api", isOver: true)).ShouldBeNull();
    [Fact] public void Decide_OtherSymptomOfTheSameCheck_Opens() =>
        Because(Of("api", 60) with { Title = "API: answered 500" }, Open("api", isOver: true)).ShouldBeNull();
    [Fact] public void Decide_ServerAlert_StandsApart() => Because(Of(null, 0, "server", "server/config"), Open("api")).ShouldBeNull();
    [Fact] public void Decide_ServiceBesideServerIncident_Opens() => Because(Of("api"), Open(null, "server", key: "server/config")).ShouldBeNull();
    [Fact] public void Decide_SameServerAlertAgain_Joins() => Because(Of(null, 60, "server", "server/config"), Open(null, "server", key: "server/config")).ShouldNotBeNull();

    [Theory]
    [InlineData("db", "storefront", true)]
    [InlineData("storefront", "db", false)]
    [InlineData("db", "cache", false)]
    [InlineData("db", "db", false)]
    public void IsNearerToTheCause_FollowsDependencies(string service, string lead, bool isNearer) =>
        Placement.IsNearerToTheCause(new ServiceKey(service), new ServiceKey(lead), Catalog).ShouldBe(isNearer);
}
