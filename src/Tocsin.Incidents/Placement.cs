using Tocsin.Alerts;
using Tocsin.Catalog;
using Tocsin.Kernel;

namespace Tocsin.Incidents;

/// <summary>An incident as placement sees it.</summary>
/// <param name="DedupKeys">Of all its alerts, ended ones too.</param>
/// <param name="Failures">Dedup key and title of all its alerts: what exactly was wrong.</param>
/// <param name="Facets">Of all its alerts.</param>
internal sealed record PlacementCandidate(
    Incident Incident, IReadOnlySet<string> DedupKeys, IReadOnlySet<(string DedupKey, string Title)> Failures, IReadOnlySet<string> Facets);

/// <summary>Where a new alert belongs. Closed hierarchy.</summary>
internal abstract record PlacementDecision
{
    private PlacementDecision() { }
    internal sealed record Open : PlacementDecision;
    /// <param name="Because">A sentence for people.</param>
    internal sealed record Join(Incident Incident, string Because) : PlacementDecision;
}

/// <summary>One cause, one incident: decides whether an alert belongs to one that is there. Pure.</summary>
/// <remarks>
/// In this order: the same problem again (open, or resolved within the reopening time); the same or a dependent service
/// of an open incident; the same host; the same moment. A wrong join costs a line in a list, a wrong split wakes somebody
/// a second time: so doubt joins.
/// </remarks>
internal static class Placement
{
    /// <summary>Alerts that begin this close together are taken for one cause: several checks at a 30 s interval see one fault
    /// within about this time (DESIGN §4.5).</summary>
    private static readonly TimeSpan SameMoment = TimeSpan.FromSeconds(40);

    /// <param name="candidates">Open incidents, then those resolved within the reopening time, newest first each.</param>
    public static PlacementDecision Decide(Alert alert, IReadOnlyList<PlacementCandidate> candidates, CatalogModel catalog)
    {
        // An incident about the server itself is nobody else's cause.
        var isOwn = alert.Service is null;
        var open = candidates.Where(candidate => !candidate.Incident.IsOver && candidate.Incident.Services.Count == 0 == isOwn).ToList();
        // An ended incident comes back for the same failure only: another one of the same check is a new outage.
        if (candidates.FirstOrDefault(candidate => candidate.Incident.IsOver
            ? candidate.Failures.Contains((alert.DedupKey, alert.Title)) : candidate.DedupKeys.Contains(alert.DedupKey)) is { } same)
        {
            return new PlacementDecision.Join(same.Incident, same.Incident.IsOver
                ? "the same failure came back" : "the same failure again");
        }
        if (alert.Service is not { } service) return new PlacementDecision.Open();
        foreach (var candidate in open)
        {
            if (DependencyBetween(service, candidate.Incident, catalog) is { } because) return new PlacementDecision.Join(candidate.Incident, because);
        }
        if (alert.Facet.Length > 0 && open.Find(candidate => candidate.Facets.Contains(alert.Facet) && IsNear(alert, candidate)) is { } sharing)
        {
            return new PlacementDecision.Join(sharing.Incident, $"it shares {alert.Facet.Replace(":", " ", StringComparison.Ordinal)} with this incident");
        }
        return open.Find(candidate => !candidate.Incident.IsDeclared && IsNear(alert, candidate)) is { } near
            ? new PlacementDecision.Join(near.Incident, "it began at the same moment")
            : new PlacementDecision.Open();
    }

    private static string? DependencyBetween(ServiceKey service, Incident incident, CatalogModel catalog)
    {
        var affected = incident.Services.Select(other => other.Key).ToList();
        if (affected.Contains(service)) return $"{catalog.NameOf(service)} is part of this incident";
        if (catalog.DependenciesOf(service).FirstOrDefault(affected.Contains) is { Value: not null } needed)
        {
            return $"{catalog.NameOf(service)} depends on {catalog.NameOf(needed)}";
        }
        return catalog.DependentsOf(service).FirstOrDefault(affected.Contains) is { Value: not null } dependent
            ? $"{catalog.NameOf(dependent)} depends on {catalog.NameOf(service)}" : null;
    }

    private static bool IsNear(Alert alert, PlacementCandidate candidate) =>
        (alert.StartedAt - candidate.Incident.StartedAt).Duration() <= SameMoment;

    /// <summary>Whether an alert of <paramref name="service"/> tells the cause better than the present lead does:
    /// the lead needs it, so the lead's failure follows from it.</summary>
    public static bool IsNearerToTheCause(ServiceKey service, ServiceKey? lead, CatalogModel catalog) =>
        lead is { } present && present != service && catalog.DependenciesOf(present).Contains(service);
}
