using AngleSharp;
using AngleSharp.Dom;
using FsCheck;
using FsCheck.Fluent;
using Check = FsCheck.Check;

namespace Tocsin.Postmortems.Tests;

public sealed class RenderingTests
{
    private static IDocument Page(string markdown) =>
        BrowsingContext.New(Configuration.Default).OpenAsync(request => request.Content(PostmortemHtml.Render(markdown))).GetAwaiter().GetResult();

    [Theory]
    [InlineData("<script>alert(1)</script>", "script")]
    [InlineData("<img src=x onerror=alert(1)>", "img")]
    [InlineData("<iframe src='https://example.org'></iframe>", "iframe")]
    [InlineData("a <b onclick=alert(1)>b</b>", "b")]
    public void Render_RawHtml_IsShownAsText(string markdown, string element)
    {
        var page = Page(markdown);
        page.QuerySelector(element).ShouldBeNull();
        page.Body!.TextContent.ShouldContain("<");
    }

    [Theory]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x](data:text/html,hello)")]
    [InlineData("[x](//elsewhere.example/)")]
    [InlineData("[x](&#106;avascript:alert(1))")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[x][1]\n\n[1]: vbscript:run")]
    public void Render_UnsafeAddress_LeadsNowhere(string markdown) =>
        Page(markdown).QuerySelectorAll("a").ShouldAllBe(link => link.GetAttribute("href") == "" || link.GetAttribute("href") == null);

    [Theory]
    [InlineData("[x](https://example.org/a)", "https://example.org/a")]
    [InlineData("[x](/incidents/INC-1)", "/incidents/INC-1")]
    [InlineData("<mailto:ada@example.org>", "mailto:ada@example.org")]
    public void Render_SafeAddress_IsALink(string markdown, string href) => Page(markdown).QuerySelector("a")!.GetAttribute("href").ShouldBe(href);

    [Fact]
    public void Render_Picture_IsALinkAndFetchesNothing()
    {
        var page = Page("![graph](https://example.org/graph.png)");
        page.QuerySelector("img").ShouldBeNull();
        page.QuerySelector("a")!.GetAttribute("href").ShouldBe("https://example.org/graph.png");
    }

    [Fact]
    public void Escape_AnyTextInATable_RendersAsItself()
    {
        var texts = Gen.Elements("a", " ", "|", "*", "_", "`", "<b>", "&amp;", "[x](y)", "#", "\\", "~~", "\n", "![i](j)", "1.", "http").NonEmptyListOf()
            .Select(parts => string.Concat(parts)).Where(text => text.Trim().Length > 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(texts.ToArbitrary(), text =>
        {
            var cells = Page($"| Time | What |\n| --- | --- |\n| x | q{MarkdownText.Escape(text)}q |\n").QuerySelectorAll("td");
            cells.Length.ShouldBe(2);
            Words(cells[1].TextContent).ShouldBe(Words($"q{text}q"));
            return true;
        }));

        static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Render_DeepNesting_EndsWithoutHarm() => PostmortemHtml.Render(string.Concat(Enumerable.Repeat("> ", 5_000)) + "x").Length.ShouldBeGreaterThan(0);
}
