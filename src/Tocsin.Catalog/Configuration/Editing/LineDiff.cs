namespace Tocsin.Catalog.Configuration;

public enum DiffKind { Same, Added, Removed, Gap }

/// <param name="Number">Line in the text that has it, from 1; 0 for a gap.</param>
public sealed record DiffLine(DiffKind Kind, int Number, string Text);

/// <summary>What differs between two texts, line by line, with a few lines round it.</summary>
public static class LineDiff
{
    private const int Context = 3;
    /// <summary>The table of the comparison has a cell for each pair of differing lines; beyond this all of them are told as replaced.</summary>
    private const long CellsMax = 4_000_000;

    public static IReadOnlyList<DiffLine> Of(string before, string after)
    {
        string[] old = Lines(before), now = Lines(after);
        var start = 0;
        while (start < old.Length && start < now.Length && old[start] == now[start]) start++;
        var end = 0;
        while (end < old.Length - start && end < now.Length - start && old[^(end + 1)] == now[^(end + 1)]) end++;
        List<DiffLine> all =
        [
            .. now.Take(start).Select((line, index) => new DiffLine(DiffKind.Same, index + 1, line)),
            .. Between(old[start..^end], now[start..^end], start),
            .. now.Skip(now.Length - end).Select((line, index) => new DiffLine(DiffKind.Same, now.Length - end + index + 1, line)),
        ];
        return Shorten(all);
    }

    private static string[] Lines(string text) => [.. text.TrimEnd('\n').Split('\n').Select(line => line.TrimEnd('\r'))];

    private static IEnumerable<DiffLine> Between(string[] old, string[] now, int offset)
    {
        if ((long)old.Length * now.Length > CellsMax)
        {
            return [.. old.Select((line, index) => new DiffLine(DiffKind.Removed, offset + index + 1, line)),
                .. now.Select((line, index) => new DiffLine(DiffKind.Added, offset + index + 1, line))];
        }
        return Walk(old, now, offset, Common(old, now));
    }

    /// <summary>Lengths of the longest common subsequences of what follows each pair of lines.</summary>
    private static int[,] Common(string[] old, string[] now)
    {
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }
        return common;
    }

    private static IEnumerable<DiffLine> Walk(string[] old, string[] now, int offset, int[,] common)
    {
        var (i, j) = (0, 0);
        while (i < old.Length || j < now.Length)
        {
            if (i < old.Length && j < now.Length && old[i] == now[j])
            {
                yield return new DiffLine(DiffKind.Same, offset + j + 1, now[j]);
                (i, j) = (i + 1, j + 1);
            }
            else if (j == now.Length || (i < old.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                yield return new DiffLine(DiffKind.Removed, offset + i + 1, old[i]);
                i++;
            }
            else
            {
                yield return new DiffLine(DiffKind.Added, offset + j + 1, now[j]);
                j++;
            }
        }
    }

    private static List<DiffLine> Shorten(List<DiffLine> all)
    {
        var shown = new List<DiffLine>();
        var last = -1;
        for (var i = 0; i < all.Count; i++)
        {
            if (!IsNear(all, i)) continue;
            if (i > last + 1) shown.Add(new DiffLine(DiffKind.Gap, 0, "…"));
            shown.Add(all[i]);
            last = i;
        }
        if (shown.Count > 0 && last < all.Count - 1) shown.Add(new DiffLine(DiffKind.Gap, 0, "…"));
        return shown;
    }

    private static bool IsNear(List<DiffLine> all, int index)
    {
        for (var i = Math.Max(0, index - Context); i <= Math.Min(all.Count - 1, index + Context); i++)
        {
            if (all[i].Kind is DiffKind.Added or DiffKind.Removed) return true;
        }
        return false;
    }
}
