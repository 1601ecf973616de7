using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Web;

namespace Tocsin.Incidents.Api;

/// <summary>Somebody acts on an incident: what every such request brings besides its body.</summary>
/// <param name="Id">Such as <c>INC-42</c> or <c>42</c>.</param>
internal sealed record Act(IncidentId Id, ClaimsPrincipal User, IRevisions Revisions, CancellationToken Cancellation)
{
    public Actor By => User.Actor;
    public CatalogModel Catalog => Revisions.Current.Catalog;

    /// <summary>Reads when it happened; nothing told is null: now.</summary>
    /// <returns>What is wrong with the moment; null when it could be read.</returns>
    public ValidationProblem? Read(string? at, string? zone, out ToldMoment? when)
    {
        IncidentProblems.ReadWhen(at, zone, Catalog.Zone).TryGet(out when, out var error);
        return error is null ? null : IncidentProblems.Invalid("at", error);
    }

    public Ok<IncidentJson> Answer(Incident incident) => TypedResults.Ok(IncidentJson.From(incident, Catalog.Zone));
}

internal static class Acts
{
    /// <summary>Only who may respond acts.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder act, string name, string summary) =>
        act.RequireAuthorization(Permissions.Respond).WithName(name).WithSummary(summary);
}
