using Tocsin.Kernel.Ports;

namespace Tocsin.Catalog;

/// <summary>A configuration that was in force once.</summary>
/// <param name="AppliedAt">Unix milliseconds.</param>
public sealed record RevisionRow(string Hash, string Author, long AppliedAt);

/// <summary>The tables of revisions and refusals.</summary>
internal static class RevisionStore
{
    public sealed record Stored(string Hash, string Body);

    public static Task<Stored?> LastAsync(IReadTx tx) =>
        tx.FirstAsync<Stored>("select hash, body from catalog_revision order by id desc limit 1");

    public static async Task<bool> IsRefusedAsync(IReadTx tx) =>
        await tx.FirstAsync<long>("select count(*) from catalog_refusal") > 0;

    public static Task<IReadOnlyList<RevisionRow>> HistoryAsync(IReadTx tx, int limit) =>
        tx.QueryAsync<RevisionRow>("select hash, author, applied_at from catalog_revision order by id desc limit @limit", new { limit });

    public static Task<string?> TextAsync(IReadTx tx, string hash) =>
        tx.FirstAsync<string>("select body from catalog_revision where hash = @hash order by id desc limit 1", new { hash });

    public static Task SaveAsync(ITx tx, Revision revision, string body) => tx.ExecuteAsync(
        "insert into catalog_revision (hash, body, author, applied_at) values (@hash, @body, @author, @at)",
        new { hash = revision.Hash, body, author = revision.Author, at = revision.AppliedAt.ToUnixTimeMilliseconds() });

    public static Task RefuseAsync(ITx tx, DateTimeOffset at, int errors, string first) => tx.ExecuteAsync(
        "insert into catalog_refusal (refused_at, errors, first_error) values (@at, @errors, @first)",
        new { at = at.ToUnixTimeMilliseconds(), errors = (long)errors, first });

    public static Task EndRefusalAsync(ITx tx) => tx.ExecuteAsync("delete from catalog_refusal");
}
