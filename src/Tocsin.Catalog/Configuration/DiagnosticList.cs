namespace Tocsin.Catalog.Configuration;

/// <summary>Collects what is said about one reading; the same words about the same place are kept once.</summary>
internal sealed class DiagnosticList
{
    /// <summary>More than this is counted and not kept: nobody reads on, and a generated file could give any number.</summary>
    public const int KeptMax = 200;

    private const int SuggestedMax = 20;

    private readonly HashSet<Diagnostic> seen = [];
    private readonly List<Diagnostic> kept = [];

    public int Errors { get; private set; }
    public bool IsFull => kept.Count >= KeptMax;

    /// <summary>Looking for what was meant costs time in proportion to all names: past this many errors only the error is said.</summary>
    public bool MaySuggest => Errors < SuggestedMax;

    public void Error(Place place, string text) => Add(new Diagnostic(DiagnosticLevel.Error, place, text));
    public void Warn(Place place, string text) => Add(new Diagnostic(DiagnosticLevel.Warning, place, text));

    private void Add(Diagnostic diagnostic)
    {
        if (diagnostic.Level == DiagnosticLevel.Error) Errors++;
        if (!IsFull && seen.Add(diagnostic)) kept.Add(diagnostic);
    }

    /// <summary>By file, line and column.</summary>
    public IReadOnlyList<Diagnostic> Sorted()
    {
        var sorted = kept.OrderBy(d => d.Place.File, StringComparer.Ordinal).ThenBy(d => d.Place.Line).ThenBy(d => d.Place.Column).ToList();
        if (IsFull) sorted.Add(new Diagnostic(DiagnosticLevel.Error, sorted[^1].Place, $"only the first {KeptMax} findings are shown; there are more"));
        return sorted;
    }
}
