using System.Text;
using Dapper;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage;

/// <summary>The journal as pages and drafts read it.</summary>
internal sealed class JournalTable(IStore store) : IJournal
{
    public async Task<IReadOnlyList<JournalEntry>> ReadAsync(JournalQuery query, CancellationToken cancellation = default)
    {
        if (query.Limit is < 1 or > 10_000) throw new ArgumentOutOfRangeException(nameof(query), query.Limit, "limit is 1 to 10,000");
        if (query.Seqs is { Count: 0 } || query.Kinds is { Count: 0 } || query.Services is { Count: 0 }) return [];
        var (sql, args) = Compose(query);
        var rows = await store.QueryAsync<JournalRow>(sql, args, cancellation);
        return [.. rows.Select(row => row.ToEntry())];
    }

    private static (string Sql, DynamicParameters Args) Compose(JournalQuery query)
    {
        var sql = new StringBuilder($"select {JournalRow.Columns} from journal where seq > @after");
        var args = new DynamicParameters(new { after = query.After, limit = (long)query.Limit });
        Where(query.Before, "seq < @before", "before");
        Where(query.Subject?.Text, "subject = @subject", "subject");
        Where(query.Since?.ToUnixTimeMilliseconds(), "at >= @since", "since");
        Where(query.Until?.ToUnixTimeMilliseconds(), "at < @until", "until");
        AnyOf(query.Kinds, "kind", "k");
        AnyOf(query.Services?.Select(service => service.Value).ToList(), "service", "s");
        AnyOf(query.Seqs, "seq", "q");
        sql.Append(query.Descending ? " order by seq desc" : " order by seq").Append(" limit @limit");
        return (sql.ToString(), args);

        void Where(object? value, string condition, string name)
        {
            if (value is null) return;
            sql.Append(" and ").Append(condition);
            args.Add(name, value);
        }

        // Names one by one: "= any(array)" is PostgreSQL's alone, and Dapper's expansion of lists would hide the number.
        void AnyOf<T>(IReadOnlyList<T>? values, string column, string prefix)
        {
            if (values is null) return;
            for (var index = 0; index < values.Count; index++) args.Add($"{prefix}{index}", values[index]);
            sql.Append(" and ").Append(column).Append(" in (")
                .AppendJoin(", ", Enumerable.Range(0, values.Count).Select(index => $"@{prefix}{index}")).Append(')');
        }
    }
}
