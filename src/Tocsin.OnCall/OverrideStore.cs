using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.OnCall;

/// <summary>The table of overrides.</summary>
internal static class OverrideStore
{
    private sealed record Row(long Id, string Schedule, string Person, long StartsAt, long EndsAt)
    {
        public Override ToOverride() => new(Id, Schedule, new PersonKey(Person),
            DateTimeOffset.FromUnixTimeMilliseconds(StartsAt), DateTimeOffset.FromUnixTimeMilliseconds(EndsAt));
    }

    private const string Columns = "select id, schedule, person, starts_at, ends_at from oncall_override";

    /// <summary>Those that hold and touch [<paramref name="from"/>, <paramref name="until"/>), oldest first.</summary>
    public static async Task<IReadOnlyList<Override>> TouchingAsync(IReadTx tx, DateTimeOffset from, DateTimeOffset until)
    {
        var rows = await tx.QueryAsync<Row>($"{Columns} where removed_at is null and starts_at < @until and ends_at > @from order by id",
            new { from = from.ToUnixTimeMilliseconds(), until = until.ToUnixTimeMilliseconds() });
        return [.. rows.Select(row => row.ToOverride())];
    }

    public static async Task<Override?> FindAsync(IReadTx tx, long id) =>
        (await tx.FirstAsync<Row>($"{Columns} where id = @id and removed_at is null", new { id }))?.ToOverride();

    public static Task<long> CountAsync(IReadTx tx, string schedule, DateTimeOffset after) => tx.FirstAsync<long>(
        "select count(*) from oncall_override where removed_at is null and schedule = @schedule and ends_at > @after",
        new { schedule, after = after.ToUnixTimeMilliseconds() });

    public static Task<long> SaveAsync(ITx tx, string schedule, PersonKey person, DateTimeOffset from, DateTimeOffset until, Actor by) => tx.InsertAsync(
        "insert into oncall_override (schedule, person, starts_at, ends_at, set_by) values (@schedule, @person, @from, @until, @by) returning id",
        new { schedule, person = person.Value, from = from.ToUnixTimeMilliseconds(), until = until.ToUnixTimeMilliseconds(), by = by.Text });

    /// <returns>Rows removed: 0 when somebody else was faster.</returns>
    public static Task<int> RemoveAsync(ITx tx, long id, DateTimeOffset at) => tx.ExecuteAsync(
        "update oncall_override set removed_at = @at where id = @id and removed_at is null", new { id, at = at.ToUnixTimeMilliseconds() });
}
