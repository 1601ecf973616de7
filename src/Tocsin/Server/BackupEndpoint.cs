using Microsoft.AspNetCore.Http.HttpResults;
using Tocsin.Storage;
using Tocsin.Web;

namespace Tocsin.Server;

/// <summary>Hands out a copy of the running server: databases, keys and configuration. For administrators only: it holds every secret.</summary>
internal sealed class BackupEndpoint(Database database, DataDirectory data, string configuration, TimeProvider clock)
{
    public void Map(RouteGroupBuilder api) => api.MapPost("/backup", WriteAsync).RequireAuthorization(Permissions.Administer)
        .WithName("Backup").WithSummary("A copy of the running server as one file").Produces<Stream>(StatusCodes.Status200OK, "application/gzip");

    private async Task<Results<FileStreamHttpResult, ProblemHttpResult>> WriteAsync(CancellationToken cancellation)
    {
        var path = Path.Combine(data.Path, $"backup-{Guid.CreateVersion7(clock.GetUtcNow()):N}.tar.gz");
        var directory = Directory.Exists(configuration) ? configuration : null;
        if (!(await Backup.WriteAsync(database, data, directory, path, clock, cancellation)).TryGet(out _, out var error))
        {
            return TypedResults.Problem(error, statusCode: StatusCodes.Status409Conflict);
        }
        // It is deleted when it has been sent, or when the reader goes away.
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous });
        return TypedResults.File(file, "application/gzip", "tocsin-backup.tar.gz");
    }
}
