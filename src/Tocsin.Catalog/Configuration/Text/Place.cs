namespace Tocsin.Catalog.Configuration;

/// <summary>Where something stands in a file. Line and column count from 1, the column in characters.</summary>
public readonly record struct Place(string File, int Line, int Column)
{
    public static Place StartOf(string file) => new(file, 1, 1);
    public override string ToString() => $"{File}:{Line}:{Column}";
}

public enum DiagnosticLevel { Error, Warning }

/// <summary>One thing that a person should know about a configuration.</summary>
/// <param name="Text">What is wrong, what was expected, did you mean …; one line, never the value of a secret.</param>
public sealed record Diagnostic(DiagnosticLevel Level, Place Place, string Text)
{
    /// <summary>Shape: <c>file:line:column: text</c>; a warning says so before the text.</summary>
    public override string ToString() => Level == DiagnosticLevel.Error ? $"{Place}: {Text}" : $"{Place}: warning: {Text}";
}
