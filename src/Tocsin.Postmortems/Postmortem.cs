using System.Text.Json;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Postmortems;

/// <summary>What people have written about an incident: one saved version.</summary>
/// <param name="Version">From 1; 0 is "nothing saved yet".</param>
/// <param name="Answers">Key of the question → Markdown; only those that are answered.</param>
/// <param name="Edited">The whole text as a person edited it; null while it follows the record.</param>
public sealed record Postmortem(
    IncidentId Incident, int Version, IReadOnlyDictionary<string, string> Answers, string? Edited, string State, Actor SavedBy, DateTimeOffset SavedAt)
{
    public const string Draft = "draft";

    public static Postmortem Nothing(IncidentId incident) =>
        new(incident, 0, new Dictionary<string, string>(), null, Draft, Actor.Tocsin, DateTimeOffset.UnixEpoch);
}

/// <summary>How far the words of people are, without the words.</summary>
/// <param name="Version">0 when nothing is saved.</param>
public sealed record SavedState(IncidentId Incident, int Version, int Answers, bool IsEdited)
{
    public static SavedState Nothing(IncidentId incident) => new(incident, 0, 0, false);
}

/// <summary>The SQL of postmortems.</summary>
internal static class PostmortemStore
{
    private const string Columns = "incident, version, answers, edited, state, saved_by, saved_at";

    /// <returns>The newest version; version 0 when none is saved.</returns>
    public static async Task<Postmortem> LatestAsync(IReadTx tx, IncidentId id) => (await tx.FirstAsync<PostmortemRow>(
        $"select {Columns} from postmortems_postmortem where incident = @Value order by version desc limit 1", new { id.Value }))
        ?.ToPostmortem() ?? Postmortem.Nothing(id);

    /// <summary>The newest version of each, without the texts: a list says only whether there is one.</summary>
    /// <param name="incidents">At most 500.</param>
    public static async Task<IReadOnlyList<SavedState>> LatestOfAsync(IReadTx tx, IReadOnlyCollection<IncidentId> incidents) =>
        incidents.Count == 0 ? [] : [.. (await tx.QueryAsync<PostmortemRow>($"""
            select incident, version, answers, case when edited is null then null else '' end as edited, saved_by, saved_at
            from postmortems_postmortem saved where incident in ({string.Join(", ", incidents.Select(incident => incident.Value))}) and version =
                (select max(version) from postmortems_postmortem other where other.incident = saved.incident)
            """)).Select(row => row.ToPostmortem()).Select(saved => new SavedState(saved.Incident, saved.Version, saved.Answers.Count, saved.Edited is not null))];

    public static Task<int> InsertAsync(ITx tx, Postmortem saved) => tx.ExecuteAsync($"""
        insert into postmortems_postmortem ({Columns}) values (@incident, @version, @answers, @Edited, @State, @by, @at)
        """, new
    {
        incident = saved.Incident.Value,
        version = (long)saved.Version,
        answers = JsonSerializer.Serialize(saved.Answers, FactKinds.Json),
        saved.Edited,
        saved.State,
        by = saved.SavedBy.Text,
        at = saved.SavedAt.ToUnixTimeMilliseconds(),
    });

    private sealed class PostmortemRow
    {
        public long Incident { get; init; }
        public long Version { get; init; }
        public string Answers { get; init; } = "{}";
        public string? Edited { get; init; }
        public string State { get; init; } = "";
        public string SavedBy { get; init; } = "";
        public long SavedAt { get; init; }

        public Postmortem ToPostmortem() => new(new IncidentId(Incident), (int)Version,
            JsonSerializer.Deserialize<Dictionary<string, string>>(Answers, FactKinds.Json)!, Edited, State, new Actor(SavedBy),
            DateTimeOffset.FromUnixTimeMilliseconds(SavedAt));
    }
}
