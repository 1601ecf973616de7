using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Paging.Watch;
using Tocsin.Web;
using Tocsin.Web.Accounts;

namespace Tocsin.Server;

/// <summary>What the web part asks of the configuration.</summary>
internal sealed class ConfiguredAddress(IRevisions revisions) : IPublicAddress
{
    public Uri? PublicUrl => revisions.Current.Catalog.PublicUrl;
}

internal sealed class ConfiguredZone(IRevisions revisions) : IDisplayZone
{
    public TimeZoneInfo For(PersonKey? person)
    {
        var catalog = revisions.Current.Catalog;
        var own = person is { } key ? catalog.People.GetValueOrDefault(key)?.Zone : null;
        return TimeZoneInfo.TryFindSystemTimeZoneById(own ?? catalog.Zone, out var zone) ? zone : TimeZoneInfo.Utc;
    }
}

internal sealed class ConfiguredPeople(IRevisions revisions) : IPeopleDirectory
{
    public IReadOnlyList<KnownPerson> People =>
        [.. revisions.Current.Catalog.People.Values.OrderBy(person => person.Name, StringComparer.Ordinal)
            .Select(person => new KnownPerson(person.Key, person.Name))];
}

/// <summary>What is in force and should be looked at all the same.</summary>
internal sealed class ConfiguredWarnings(Revisions revisions) : ISettingsWarnings
{
    public IReadOnlyList<string> Current => [.. revisions.Warnings.Select(found => found.ToString())];
    public string Href => "/settings/configuration";
}

/// <summary>What paging asks of probing.</summary>
internal sealed class ProbingWatch(CheckQueries checks) : IDownNow, IProbingHealth
{
    public IReadOnlyList<string> Checks => [.. checks.Down.Select(view => view.Name)];

    public string? Trouble => checks.IsBlind ? $"the prober cannot see out: {checks.Prober.Evidence}" : null;
}
