namespace Tocsin.Web;

/// <summary>What an administrator should look at, though it works.</summary>
public interface ISettingsWarnings
{
    /// <summary>One line each; never a secret.</summary>
    IReadOnlyList<string> Current { get; }

    /// <summary>The page that tells more.</summary>
    string Href { get; }
}

/// <summary>A line on the settings page, contributed by the module whose page it opens.</summary>
/// <param name="Sentence">What is set there, as a sentence: "Who gets in, and what they may do."</param>
/// <param name="Permission">Who sees the line; one of <see cref="Permissions"/>.</param>
public sealed record SettingsLink(int Order, string Title, string Href, string Sentence, string Permission);
