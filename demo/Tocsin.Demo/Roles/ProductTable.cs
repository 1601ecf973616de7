using System.Text.Json;

namespace Tocsin.Demo.Roles;

/// <summary>What reading the table gave.</summary>
/// <param name="Json">The rows as one line; null when there are none to be had.</param>
/// <param name="Problem">Why not; empty when there are.</param>
/// <param name="IsLost">There is a file and it cannot be used: the disk gives back something else than was written, or nothing.</param>
internal sealed record TableRead(string? Json, string Problem, bool IsLost = false);

/// <summary>The database's one table: a file that is read for every question, so that losing the file is losing the data.</summary>
internal sealed class ProductTable
{
    private readonly string path;
    private readonly string droppedPath;
    private readonly Lock gate = new();

    /// <summary>Brings back what an earlier run dropped; writes the first rows where there were none.</summary>
    public ProductTable(string directory)
    {
        Directory.CreateDirectory(directory);
        path = Path.Combine(directory, "products.json");
        droppedPath = path + ".dropped";
        if (Restore() || File.Exists(path)) return;
        File.WriteAllText(path, JsonSerializer.Serialize(new ProductTableRows(FirstRows), DemoJson.Default.ProductTableRows));
    }

    public TableRead Read()
    {
        try
        {
            var rows = JsonSerializer.Deserialize(File.ReadAllText(path), DemoJson.Default.ProductTableRows);
            return rows?.Products is null ? Lost("the table products is empty") : new(JsonSerializer.Serialize(rows, DemoJson.Default.ProductTableRows), "");
        }
        catch (FileNotFoundException) { return new(null, "the table products does not exist"); }
        catch (JsonException) { return Lost("the table products is corrupt"); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Lost($"the table products cannot be read: {error.Message}");
        }

        static TableRead Lost(string problem) => new(null, problem, IsLost: true);
    }

    /// <returns>False when it was already dropped.</returns>
    public bool Drop() => Move(path, droppedPath);

    /// <returns>False when nothing was dropped.</returns>
    public bool Restore() => Move(droppedPath, path);

    private bool Move(string from, string to)
    {
        lock (gate)
        {
            if (!File.Exists(from)) return false;
            File.Move(from, to, overwrite: true);
            return true;
        }
    }

    private static readonly Product[] FirstRows =
    [
        new("hand-bell", "Hand bell", "Brass, oak handle. Heard across a schoolyard.", 3_900, 38),
        new("ship-bell", "Ship's bell", "Strikes the watches; polished by whoever is on duty.", 12_500, 205),
        new("door-chime", "Door chime", "Two notes, no batteries.", 2_450, 150),
        new("cow-bell", "Cow bell", "Never lose sight of anything again.", 1_900, 18),
        new("night-bell", "Night bell", "For the one who gets up when it rings.", 5_600, 262),
        new("wind-chime", "Wind chime", "Tells you what changed before you ask.", 3_150, 330),
    ];
}
