namespace Tocsin.Catalog.Configuration;

/// <summary>Finds what a person probably meant.</summary>
internal static class Suggestion
{
    private const int LengthMax = 64;

    /// <returns>The nearest candidate within a third of the length (at least 1 edit, at most 3); null when none is near.</returns>
    public static string? For(string written, IEnumerable<string> candidates)
    {
        if (written.Length is 0 or > LengthMax) return null;
        var limit = Math.Clamp(written.Length / 3, 1, 3);
        var lower = written.ToLowerInvariant();
        var rows = (new int[LengthMax + 1], new int[LengthMax + 1], new int[LengthMax + 1]);
        string? best = null;
        foreach (var candidate in candidates)
        {
            if (candidate.Length > LengthMax || Math.Abs(candidate.Length - written.Length) > limit) continue;
            var distance = Distance(lower, candidate.ToLowerInvariant(), limit, rows);
            if (distance > limit) continue;
            (best, limit) = (candidate, distance - 1);
            if (limit < 0) break;
        }
        return best;
    }

    /// <returns>", did you mean 'x'?" or nothing.</returns>
    public static string InWords(string written, IEnumerable<string> candidates) =>
        For(written, candidates) is { } meant ? $", did you mean '{meant}'?" : "";

    /// <summary>Edits from one to the other: insert, delete, replace, swap neighbours (optimal string alignment).</summary>
    /// <param name="limit">More edits than this need not be counted: the answer is then just greater.</param>
    /// <param name="rows">Room to work in, for texts of up to <see cref="LengthMax"/> characters.</param>
    private static int Distance(string a, string b, int limit, (int[] Before, int[] Last, int[] Row) rows)
    {
        var (before, last, row) = rows;
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            var least = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, 1 + Math.Min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = Math.Min(row[j], before[j - 2] + 1);
                least = Math.Min(least, row[j]);
            }
            // A swap reaches back two rows and costs one, so a row that is over by two cannot come back.
            if (least > limit + 1) return least;
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }
}
