namespace Tocsin.Catalog.Configuration;

/// <summary>A change of one file, as far as it got: looked at, not written.</summary>
public sealed class ConfigProposal
{
    /// <summary>The file that would be changed, as it stands in messages.</summary>
    public required string File { get; init; }

    /// <summary>What would be added, to be pasted by hand.</summary>
    public required string Snippet { get; init; }

    /// <summary>Why it has to be written by hand; null when it can be saved.</summary>
    public string? ByHand { get; init; }

    /// <summary>Line by line, secrets masked; empty when there is nothing that could be saved.</summary>
    public IReadOnlyList<DiffLine> Diff { get; init; } = [];

    /// <summary>What the whole configuration would be found to have, by file, line and column of the new text.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];

    public IEnumerable<Diagnostic> Errors => Diagnostics.Where(found => found.Level == DiagnosticLevel.Error);

    public bool CanBeSaved => ByHand is null && !Errors.Any();

    /// <summary>Shape: the whole text, secrets included; never shown.</summary>
    internal string Before { get; init; } = "";

    /// <inheritdoc cref="Before"/>
    internal string After { get; init; } = "";
}

/// <summary>What came of saving. Closed hierarchy.</summary>
public abstract record ConfigSaving
{
    private ConfigSaving() { }

    /// <summary>It is written and in force.</summary>
    public sealed record Saved(string Revision) : ConfigSaving;

    /// <summary>Somebody changed the file after it was looked at; nothing is written.</summary>
    /// <param name="Meanwhile">What changed, secrets masked; empty when only a secret did.</param>
    public sealed record Changed(IReadOnlyList<DiffLine> Meanwhile) : ConfigSaving;

    /// <summary>Together with the other files it would be refused; nothing is written.</summary>
    public sealed record Refused(IReadOnlyList<Diagnostic> Diagnostics) : ConfigSaving;

    /// <summary>The file system did not take it; nothing is written.</summary>
    public sealed record NotWritten(string Why) : ConfigSaving;
}
