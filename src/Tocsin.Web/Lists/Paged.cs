using System.Globalization;

namespace Tocsin.Web;

/// <summary>One page of a list: nothing that grows for years is shown whole.</summary>
/// <param name="Number">From 1; a page after the last one is empty.</param>
/// <param name="Size">Rows of a full page.</param>
/// <param name="Total">Rows of the whole list.</param>
public sealed record Paged<T>(IReadOnlyList<T> Rows, int Number, int Size, long Total) : IPaged
{
    public static Paged<T> Empty { get; } = new([], 1, 1, 0);

    public int Count => (int)Math.Max(1, (Total + Size - 1) / Size);
}

/// <summary>What the links between pages need to know.</summary>
public interface IPaged
{
    int Number { get; }
    /// <summary>Number of pages, at least 1.</summary>
    int Count { get; }
    long Total { get; }
}

/// <summary>Reads which page is asked for. Untrusted.</summary>
public static class PageNumber
{
    private const int Max = 100_000;

    /// <returns>1 for anything that is not a page.</returns>
    public static int Read(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Max ? number : 1;
}
