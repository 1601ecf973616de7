using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.OnCall;

namespace Tocsin.Paging.Escalation;

/// <summary>Asks the schedules and their overrides.</summary>
internal sealed class StepPeople(IRevisions revisions) : IStepPeople
{
    public async ValueTask<(IReadOnlyList<(PersonKey Person, string Why)> People, string WhyNobody)> ResolveAsync(
        IReadTx tx, StepModel step, DateTimeOffset now)
    {
        var revision = revisions.Current;
        var overrides = await OnCallQueries.OverridesAtAsync(tx, now);
        var resolved = StepResolver.Resolve(step, revision.Get<OnCallModel>(), revision.Catalog, overrides, now);
        return ([.. resolved.People.Select(person => (person.Person, Why(person.Reasons)))], resolved.WhyEmpty ?? "");
    }

    private static string Why(IReadOnlyList<string> reasons) => reasons[0] switch
    {
        "everyone is paged" => "you and everyone else are paged",
        var reason => $"you are {reason}",
    };
}
