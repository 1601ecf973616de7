using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Tocsin.Postmortems;

/// <summary>Turns the Markdown of a postmortem into HTML that cannot do anything: no raw HTML, no script addresses, nothing fetched.</summary>
internal static class PostmortemHtml
{
    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UsePipeTables(new PipeTableOptions { RequireHeaderSeparator = true }).UseAutoLinks().DisableHtml().Build();

    public static string Render(string markdown)
    {
        MarkdownDocument document;
        try { document = Markdown.Parse(markdown, Pipeline); }
        // Nested deeper than the parser goes: shown as it was written.
        catch (ArgumentException) { return $"<pre>{System.Net.WebUtility.HtmlEncode(markdown)}</pre>"; }
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            if (!IsSafe(link.Url)) link.Url = "";
            // A picture would be fetched from somewhere by everybody who reads: it becomes a link to itself.
            if (!link.IsImage) continue;
            link.IsImage = false;
            if (link.FirstChild is null) link.AppendChild(new LiteralInline(link.Url ?? ""));
        }
        foreach (var link in document.Descendants<AutolinkInline>().Where(link => !link.IsEmail && !IsSafe(link.Url)).ToList()) link.Url = "";
        return document.ToHtml(Pipeline);
    }

    private static bool IsSafe(string? url) => url is not null && !url.Any(char.IsControl)
        && (url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || url.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) || url is ['/', not ('/' or '\\'), ..] || url is ['#', ..]);
}
