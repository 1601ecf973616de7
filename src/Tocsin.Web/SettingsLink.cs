namespace Tocsin.Web;

/// <summary>A line on the settings page, contributed by the module whose page it opens.</summary>
/// <param name="Sentence">What is set there, as a sentence: "Who gets in, and what they may do."</param>
/// <param name="Permission">Who sees the line; one of <see cref="Permissions"/>.</param>
public sealed record SettingsLink(int Order, string Title, string Href, string Sentence, string Permission);
