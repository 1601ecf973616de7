using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.StatusPages.Tests;

public sealed class StatusComposerTests
{
    private static PublicComponent Component(StatusInputs inputs) => StatusComposer.Compose(inputs).Components[0];

    [Theory]
    [InlineData(new[] { Outcome.Up, Outcome.Up }, ComponentState.Operational, "Checkout is working.")]
    [InlineData(new[] { Outcome.Down, Outcome.Down }, ComponentState.MajorOutage, "Checkout is down.")]
    [InlineData(new[] { Outcome.Up, Outcome.Down }, ComponentState.PartialOutage, "Checkout is partly down.")]
    [InlineData(new[] { Outcome.Up, Outcome.Degraded }, ComponentState.Degraded, "Checkout does not work as well as it should.")]
    [InlineData(new[] { Outcome.Up, Outcome.Unknown }, ComponentState.Unknown, "We cannot tell how Checkout is.")]
    [InlineData(new Outcome[0], ComponentState.Unknown, "We cannot tell how Checkout is.")]
    public void Compose_ChecksOfAService_GiveItsStateAndTheSentence(Outcome[] outcomes, ComponentState expected, string sentence)
    {
        var checks = outcomes.Select((outcome, index) => Some.Check("checkout", outcome, key: $"c{index}")).ToList();
        var snapshot = StatusComposer.Compose(Some.Inputs(Some.Page("checkout"), checks));
        snapshot.Components[0].State.ShouldBe(expected);
        snapshot.Overall.ShouldBe(expected);
        snapshot.Sentence.ShouldBe(sentence);
    }

    [Fact]
    public void Compose_DependencyDownOwnChecksPass_IsOperational()
    {
        var snapshot = StatusComposer.Compose(Some.Inputs(Some.Page("checkout", "api"),
            [Some.Check("checkout", Outcome.Up), Some.Check("api", Outcome.Down)], [Some.Incident(42, ["api", "checkout"])]));
        snapshot.Components.Select(component => component.State).ShouldBe([ComponentState.Operational, ComponentState.MajorOutage]);
    }

    [Fact]
    public void Compose_BadSince_IsTheFirstAndGoodSinceTheLast()
    {
        CheckBelief[] down = [Some.Check("checkout", Outcome.Down, 9, "a"), Some.Check("checkout", Outcome.Down, 4, "b")];
        Component(Some.Inputs(Some.Page("checkout"), down)).Since.ShouldBe(Some.Now.AddMinutes(-9));
        var up = down.Select(check => check with { State = Outcome.Up }).ToList();
        Component(Some.Inputs(Some.Page("checkout"), up)).Since.ShouldBe(Some.Now.AddMinutes(-4));
    }

    [Theory]
    [InlineData(Severity.Sev1, Extent.Unknown, ComponentState.MajorOutage)]
    [InlineData(Severity.Sev2, Extent.Unknown, ComponentState.PartialOutage)]
    [InlineData(Severity.Sev4, Extent.Unknown, ComponentState.Degraded)]
    [InlineData(Severity.Sev1, Extent.Partial, ComponentState.PartialOutage)]
    [InlineData(Severity.Sev4, Extent.Full, ComponentState.MajorOutage)]
    public void Compose_DeclaredIncident_SpeaksLouderThanGoodChecks(Severity severity, Extent extent, ComponentState expected)
    {
        var declared = Some.Incident(42, ["checkout"], severity: severity) with
        {
            IsDeclared = true, Impact = new Impact(extent, null, null, null, null, null),
        };
        var inputs = Some.Inputs(Some.Page("checkout"), [Some.Check("checkout", Outcome.Up)], [declared]);
        Component(inputs).State.ShouldBe(expected);
        Component(inputs with { Incidents = [declared with { RecoveredAt = Some.Now }] }).State.ShouldBe(ComponentState.Operational);
    }

    [Fact]
    public void Compose_ServiceWithoutChecks_TakesTheIncidentsWord() =>
        Component(Some.Inputs(Some.Page("checkout"), [], [Some.Incident(42, ["checkout"])])).State.ShouldBe(ComponentState.MajorOutage);

    [Fact]
    public void Compose_IncidentsThatArePublic_AreThoseSpokenOfThatAffectAComponent()
    {
        var snapshot = StatusComposer.Compose(Some.Inputs(Some.Page("checkout"), [Some.Check("checkout", Outcome.Down)],
            [Some.Incident(1, ["checkout"]), Some.Incident(2, ["internal"]), Some.Incident(3, []), Some.Incident(4, ["checkout"])],
            [Some.Update(1, 1, 3), Some.Update(2, 2, 3), Some.Update(3, 3, 3)]));
        snapshot.Open.ShouldHaveSingleItem().Id.ShouldBe(new IncidentId(1));
    }

    [Fact]
    public void Compose_NameOfAnAutomaticIncident_TellsNoHost()
    {
        var incident = Some.Incident(1, ["checkout", "cart"]);
        var inputs = Some.Inputs(Some.Page("checkout", "cart"), [], [incident], [Some.Update(1, 1, 3)]);
        StatusComposer.Compose(inputs).Open[0].Name.ShouldBe("Problem with Checkout and Cart");
        StatusComposer.Compose(inputs with { Incidents = [incident with { IsDeclared = true, Title = "Payments fail" }] }).Open[0].Name.ShouldBe("Payments fail");
    }

    [Fact]
    public void Compose_PersonToldThePublicThatItIsOver_IsOverForThem()
    {
        var snapshot = StatusComposer.Compose(Some.Inputs(Some.Page("checkout"), [], [Some.Incident(1, ["checkout"])],
            [Some.Update(1, 1, 3), Some.Update(2, 1, 1, UpdateStatus.Resolved)]));
        snapshot.Open.ShouldBeEmpty();
        snapshot.Past.ShouldHaveSingleItem().EndedAt.ShouldBe(Some.Now.AddMinutes(-1));
    }

    [Fact]
    public void Compose_PastIncidents_AreShownFor14Days()
    {
        var snapshot = StatusComposer.Compose(Some.Inputs(Some.Page("checkout"), [],
            [Some.Incident(1, ["checkout"], 14 * 1_440 + 60, 14 * 1_440 - 1), Some.Incident(2, ["checkout"], 14 * 1_440 + 60, 14 * 1_440 + 1)],
            [Some.Update(1, 1, 60), Some.Update(2, 2, 60)]));
        snapshot.Past.ShouldHaveSingleItem().Id.ShouldBe(new IncidentId(1));
        snapshot.Open.ShouldBeEmpty();
    }

    [Fact]
    public void Compose_EverythingWorksAgainButAnIncidentIsOpen_SaysSo()
    {
        var snapshot = StatusComposer.Compose(Some.Inputs(Some.Page("checkout", "cart"), [Some.Check("checkout", Outcome.Up), Some.Check("cart", Outcome.Up)],
            [Some.Incident(1, ["checkout"])], [Some.Update(1, 1, 3)]));
        snapshot.Sentence.ShouldBe("Everything is working again; we are still watching.");
    }

    [Fact]
    public void Compose_NoComponents_SaysThatNothingIsShown()
    {
        var snapshot = StatusComposer.Compose(Some.Inputs(Some.Page()));
        snapshot.Sentence.ShouldBe("Nothing is shown here yet.");
        snapshot.Overall.ShouldBe(ComponentState.Unknown);
    }

    [Fact]
    public void Compose_UpdatedAt_IsTheNewestThingThatThePageSays()
    {
        var inputs = Some.Inputs(Some.Page("checkout"), [Some.Check("checkout", Outcome.Up, 60)]);
        StatusComposer.Compose(inputs).UpdatedAt.ShouldBe(Some.Now.AddMinutes(-60));
        StatusComposer.Compose(inputs with { Checks = [Some.Check("checkout", null)] }).UpdatedAt.ShouldBe(Some.Now.AddDays(-7));
    }

    [Fact]
    public void Compose_SeveralStates_SaysTheWorstAndHowManyMore()
    {
        StatusComposer.Compose(Some.Everything()).Sentence.ShouldBe("Checkout is down, and 3 others are affected.");
        StatusComposer.Compose(Some.Inputs(Some.Page("checkout", "cart"), [Some.Check("checkout", Outcome.Down), Some.Check("cart", Outcome.Degraded)]))
            .Sentence.ShouldBe("Checkout is down, and Cart is degraded.");
    }

    [Fact]
    public void Sentence_ManyNames_AreCounted()
    {
        StatusSentence.Join(["A", "B", "C"]).ShouldBe("A, B and C");
        StatusSentence.Join(["A", "B", "C", "D"]).ShouldBe("A, B and 2 others");
    }
}
