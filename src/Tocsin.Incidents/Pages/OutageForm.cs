using Microsoft.AspNetCore.Http;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents.Pages;

/// <summary>Between what a browser sends and what was told. Nothing typed is lost on the way.</summary>
internal static class OutageForm
{
    public const int RowsAtFirst = 4, RowsMax = 500;

    public static ToldOutage Read(IFormCollection form) => ImpactOf(form) with
    {
        Title = form["title"],
        Services = [.. form["services"].ToString().Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            .. form["service"].OfType<string>()],
        Severity = form["severity"],
        Zone = form["zone"],
        Started = form["started"],
        Ended = form["ended"],
        Cause = form["cause"],
        Entries = Rows(form),
    };

    private static IReadOnlyList<ToldRow> Rows(IFormCollection form)
    {
        var (whens, kinds, texts) = (form["when"], form["kind"], form["text"]);
        return [.. Enumerable.Range(0, Math.Min(RowsMax, Math.Max(whens.Count, texts.Count))).Select(index =>
            new ToldRow(whens.ElementAtOrDefault(index), kinds.ElementAtOrDefault(index), texts.ElementAtOrDefault(index)))];
    }

    public static ToldOutage ImpactOf(IFormCollection form) => new()
    {
        Extent = form["extent"],
        UsersPercent = form["usersPercent"],
        UsersBasis = form["usersBasis"],
        Symptoms = form["symptoms"],
        Business = form["business"],
        Reputation = form["reputation"],
    };

    public static ToldOutage ImpactOf(Impact? impact) => impact is null ? new ToldOutage() : new ToldOutage
    {
        Extent = impact.Extent == Extent.Unknown ? "" : impact.Extent.ToString().ToLowerInvariant(),
        UsersPercent = impact.UsersPercent is { } share ? FormattableString.Invariant($"{share:0.##########}") : null,
        UsersBasis = impact.UsersBasis,
        Symptoms = impact.Symptoms,
        Business = impact.Business,
        Reputation = impact.Reputation,
    };
}
