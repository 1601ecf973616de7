using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.Web;

namespace Tocsin.Incidents;

/// <summary>Which incidents are wanted; null asks for nothing in particular.</summary>
/// <param name="Text">Part of the title or of a service's name in any case of ASCII letters, or the number such as <c>INC-42</c>.</param>
/// <param name="IsOver">Only those that are over, or only those that go on.</param>
/// <param name="Since">Only those that lasted at or after it.</param>
public sealed record IncidentFilter(ServiceKey? Service = null, string? Text = null, bool? IsOver = null, DateTimeOffset? Since = null)
{
    public const int TextLengthMax = 100;
}

/// <summary>Reads lists of incidents.</summary>
internal static class IncidentListing
{
    public static async Task<Paged<Incident>> ReadAsync(IReadTx tx, IncidentFilter filter, int page, int size)
    {
        var where = Where(filter);
        var args = new
        {
            service = filter.Service?.Value, text = Pattern(filter.Text), number = IncidentId.TryParse(filter.Text?.Trim(), null, out var id) ? id.Value : 0,
            since = filter.Since?.ToUnixTimeMilliseconds(), size = (long)size, skipped = (long)(page - 1) * size,
        };
        var total = await tx.FirstAsync<long>($"select count(*) from incidents_incident where {where}", args);
        var rows = total == 0 ? [] : await IncidentStore.ListAsync(tx, $"where {where} order by started_at desc, id desc limit @size offset @skipped", args);
        return new Paged<Incident>(rows, page, size, total);
    }

    private static string Where(IncidentFilter filter)
    {
        var conditions = new List<string> { "1 = 1" };
        if (filter.Service is not null) conditions.Add("id in (select incident from incidents_service where service = @service)");
        if (Pattern(filter.Text) is not null)
        {
            conditions.Add("""
                (lower(title) like @text escape '!' or id = @number
                    or id in (select incident from incidents_service where lower(name) like @text escape '!'))
                """);
        }
        if (filter.IsOver is { } isOver) conditions.Add(isOver ? "state = 'resolved'" : "state <> 'resolved'");
        if (filter.Since is not null) conditions.Add("(ended_at is null or ended_at >= @since)");
        return string.Join(" and ", conditions);
    }

    // "100%" means these four characters.
    private static string? Pattern(string? text) => text?.Trim() is not { Length: > 0 } wanted ? null
        : $"%{(wanted.Length <= IncidentFilter.TextLengthMax ? wanted : wanted[..IncidentFilter.TextLengthMax]).ToLowerInvariant()
            .Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal)}%";
}
