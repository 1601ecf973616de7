using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Server;
using Tocsin.Storage;
using Tocsin.Web;
using Tocsin.Web.Accounts;

namespace Tocsin.Bench.Year;

/// <summary>A data directory as a year of use leaves it: written through the stores of the modules, with facts of real kinds.</summary>
/// <param name="Check">A check with raw samples and kept probes.</param>
/// <param name="Typical">An incident of the middle of the year.</param>
/// <param name="Long">One with a long story.</param>
/// <param name="Open">One that goes on.</param>
/// <param name="SignInPath">Opens a session of an administrator, once.</param>
internal sealed record YearOfData(CheckKey Check, IncidentId Typical, IncidentId Long, IncidentId Open, string SignInPath)
{
    private static readonly string[] Readers = ["alerts", "incidents", "paging", "statuspages"];

    /// <param name="configuration">The file with which the server will run.</param>
    public static async Task<YearOfData> GenerateAsync(string configuration, string directory)
    {
        var now = TimeProvider.System.GetUtcNow();
        var revision = new ConfigReader(Modules.Sections).Read(configuration, now).Revision!;
        using var data = DataDirectory.Take(directory).Value;
        await using var database = Database.OpenSqlite(data, Modules.Migrations, "0.1.0", TimeProvider.System);
        var incidents = await new YearIncidents(database.Facts, revision, now).WriteAsync();
        await RevisionsAsync(database.Facts, now);
        await CatchUpAsync(database.Facts);
        var checks = revision.Get<ChecksModel>();
        await new YearSamples(database, checks, now).WriteAsync();
        var token = await new OneTimeLinks(database.Facts, TimeProvider.System)
            .CreateAsync(LinkKind.SignIn, new PersonKey(YearShape.Person(0)), Role.Admin, TimeSpan.FromHours(1), Actor.Tocsin);
        return new YearOfData(checks.Order[0], new IncidentId(YearShape.Incidents / 2 + 7), new IncidentId(YearShape.LongStoryEvery * 2),
            incidents[^1], $"/start/{token}");
    }

    private static Task RevisionsAsync(IStore store, DateTimeOffset now) => store.WriteAsync(async tx =>
    {
        for (var number = 0; number < YearShape.Revisions; number++)
        {
            await tx.ExecuteAsync("insert into catalog_revision (hash, body, author, applied_at) values (@hash, @body, 'file', @at)", new
            {
                hash = $"{number:x12}", body = new string('#', 200_000), at = now.AddDays(-YearShape.Days + number * 7).ToUnixTimeMilliseconds(),
            });
        }
    });

    /// <summary>The year has been read: the story of each incident is linked, and every reader stands at the end.</summary>
    private static Task CatchUpAsync(IStore store) => store.WriteAsync(async tx =>
    {
        await tx.ExecuteAsync("""
            insert into incidents_timeline (incident, seq, at, pinned, hidden, linked_by)
            select i.id, j.seq, j.at, 0, 0, 'tocsin' from incidents_incident i join journal j on j.subject = 'incident/' || i.id
            union select p.incident, j.seq, j.at, 0, 0, 'tocsin' from paging_page p join journal j on j.subject = 'page/' || p.id
            union select a.incident, j.seq, j.at, 0, 0, 'tocsin' from incidents_alert a join journal j on j.subject = 'alert/' || a.alert
            union select a.incident, c.seq, c.at, 0, 0, 'tocsin' from incidents_alert a join journal j on j.subject = 'alert/' || a.alert
                join journal c on c.seq = j.cause
            """);
        foreach (var reader in Readers)
        {
            await tx.ExecuteAsync("insert into journal_cursor (reader, seq, moved_at) select @reader, max(seq), max(at) from journal", new { reader });
        }
    });
}
