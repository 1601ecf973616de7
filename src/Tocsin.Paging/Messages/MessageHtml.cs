using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Tocsin.Paging.Messages;

/// <summary>A message as HTML for mail: one column, nothing to load, readable at 320 px, light and dark.</summary>
/// <remarks>Styles stand at the elements because many readers drop style sheets; the sheet only adds the dark colours.</remarks>
internal static class MessageHtml
{
    private const string Font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
    private const string DarkSheet =
        "@media (prefers-color-scheme:dark){"
        + ".paper{background:#14181b!important;color:#e8eaeb!important}"
        + ".panel{background:#1b2024!important;border-color:#323a40!important}"
        + ".section{border-color:#323a40!important}"
        + ".muted{color:#a3adb4!important}"
        + ".link{color:#6cc5e6!important}"
        + ".button{background:#6cc5e6!important;color:#14181b!important}"
        + ".down{color:#ff8078!important}.up{color:#57c785!important}.neutral{color:#86b3f5!important}}";

    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    public static string Render(MessageLayout layout)
    {
        var html = new StringBuilder(4096);
        html.Append(
            $"""
             <!doctype html>
             <html lang="en"><head><meta charset="utf-8">
             <meta name="viewport" content="width=device-width,initial-scale=1">
             <meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
             <title>{Html.Encode(layout.Title)}</title><style>{DarkSheet}</style></head>
             <body class="paper" style="margin:0;padding:12px;background:#fbfaf8;color:#1d2327;font-size:16px;line-height:1.5;{Font}">
             <div class="panel" style="max-width:560px;margin:0 auto;padding:20px;background:#ffffff;border:1px solid #dcdad5;border-radius:6px;overflow-wrap:anywhere">

             """);
        AppendHead(html, layout);
        foreach (var section in layout.Sections) AppendSection(html, section);
        if (layout.Link is { } link) AppendLink(html, link);
        html.Append("</div></body></html>\n");
        return html.Replace("\r\n", "\n").ToString();
    }

    private static void AppendHead(StringBuilder html, MessageLayout layout)
    {
        var (name, color) = layout.Tone switch
        {
            MessageTone.Down => ("down", "#b3261e"),
            MessageTone.Up => ("up", "#1b7a46"),
            MessageTone.Neutral => ("neutral", "#2559a8"),
        };
        html.Append(
            $"""
             <p class="{name}" style="margin:0;font-weight:600;color:{color}">{layout.Shape} {Html.Encode(layout.Badge)}</p>
             <h1 style="margin:4px 0 0;font-size:24px;line-height:1.25">{Html.Encode(layout.Title)}</h1>

             """);
        if (layout.Button is { } button)
        {
            html.Append(
                $"""
                 <p style="margin:16px 0 0"><a class="button" href="{Href(button.Url)}" style="display:block;padding:14px 16px;background:#0b5c7a;color:#ffffff;border-radius:6px;font-size:18px;font-weight:600;text-align:center;text-decoration:none">{Html.Encode(button.Label)}</a></p>
                 <p class="muted" style="margin:4px 0 0;font-size:13px;text-align:center;color:#5b656d">{Html.Encode(button.Hint)}</p>

                 """);
        }
        html.Append($"<p style=\"margin:16px 0 0\">{Html.Encode(layout.Lead)}</p>\n");
    }

    private static void AppendSection(StringBuilder html, MessageSection section)
    {
        html.Append(
            $"""
             <div class="section" style="margin:12px 0 0;padding:12px 0 0;border-top:1px solid #dcdad5">
             <h2 class="muted" style="margin:0;font-size:13px;font-weight:600;color:#5b656d">{Html.Encode(section.Heading)}</h2>

             """);
        foreach (var line in section.Lines) html.Append($"<p style=\"margin:2px 0 0\">{Html.Encode(line)}</p>\n");
        html.Append("</div>\n");
    }

    private static void AppendLink(StringBuilder html, MessageLink link) => html.Append(
        $"""
         <p style="margin:16px 0 0"><a class="link" href="{Href(link.Url)}" style="display:inline-block;padding:10px 0;color:#0b5c7a">{Html.Encode(link.Label)}</a></p>

         """);

    /// <summary>Our own pages only: anything but http and https would be a script or a file.</summary>
    private static string Href(Uri url) => url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps
        ? Html.Encode(url.AbsoluteUri) : throw new ArgumentException("a link must be http or https", nameof(url));
}
