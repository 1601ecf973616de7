using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.Incidents;

/// <summary>When incidents end and come back: <c>incidents</c>.</summary>
public sealed class IncidentsSection : IConfigSection
{
    private static readonly Field<TimeSpan> QuietTime = Field.WithDefault("quiet_time",
        "After all alerts ended, the incident resolves when they stay away this long.",
        ConfigShapes.Duration(TimeSpan.Zero, TimeSpan.FromHours(1), "30s"), "30s");
    private static readonly Field<TimeSpan> ReopenWithin = Field.WithDefault("reopen_within",
        "The same failure within this time after the end reopens the incident.",
        ConfigShapes.Duration(TimeSpan.Zero, TimeSpan.FromHours(24), "30m"), "30m");

    private static readonly Field<IncidentRulesModel> Incidents = Field.Optional("incidents", "Rules of incidents.",
        ConfigShapes.Map("rules", [QuietTime, ReopenWithin], ToModel), "the defaults of its keys");

    public IReadOnlyList<Field> Keys { get; } = [Incidents];

    public object Build(ConfigDraft draft) => draft.Root.Optional(Incidents) ?? ToModel(ConfigMap.Empty);

    public IEnumerable<ConfigItem> Items(object model)
    {
        var rules = (IncidentRulesModel)model;
        yield return new ConfigItem("incident rules", "incidents",
            ("quiet time", Durations.InWords(rules.QuietTime)), ("reopen within", Durations.InWords(rules.ReopenWithin)));
    }

    private static IncidentRulesModel ToModel(ConfigMap map) => new() { QuietTime = map.Get(QuietTime), ReopenWithin = map.Get(ReopenWithin) };
}
