using System.Globalization;
using System.Net;
using System.Text;
using Tocsin.Demo.Roles;

namespace Tocsin.Demo.Web;

/// <summary>The shop as HTML. Everything that is not written here is encoded.</summary>
internal static class ShopPage
{
    public static string Of(IReadOnlyList<Product> products) => Shelf("Bell & Sons", "Bells for people who want to be told.", products);

    public static string OfBasket(IReadOnlyList<Product> products) => Shelf("Your basket", "In your basket:", products);

    /// <param name="problem">A clause in words, such as <c>the api answered 500</c>.</param>
    public static string OfProblem(string problem) => Frame("The shop is closed for a moment", $"""
        <div class="sorry" role="alert">
        <h2>We cannot show our bells right now</h2>
        <p>Reason: {WebUtility.HtmlEncode(problem)}.</p>
        <p>Nothing of yours is lost. This page tries again by itself.</p>
        </div>
        """);

    private static string Shelf(string title, string lead, IReadOnlyList<Product> products)
    {
        var cards = new StringBuilder();
        foreach (var product in products) cards.Append(Card(product));
        return Frame(title, $"""
            <p class="lead">{lead}</p>
            <ul class="shelf">
            {cards}</ul>
            """);
    }

    private static string Card(Product product) => $"""
        <li class="card">
        <svg viewBox="0 0 120 90" aria-hidden="true" focusable="false"><rect width="120" height="90" fill="hsl({product.Hue} 45% 92%)"/>
        <path d="M60 16c14 0 20 12 21 26 1 11 5 15 9 19H30c4-4 8-8 9-19 1-14 7-26 21-26z" fill="hsl({product.Hue} 48% 46%)"/>
        <circle cx="60" cy="69" r="6" fill="hsl({product.Hue} 48% 34%)"/><circle cx="60" cy="13" r="4" fill="none" stroke="hsl({product.Hue} 48% 34%)" stroke-width="3"/></svg>
        <h2>{WebUtility.HtmlEncode(product.Name)}</h2>
        <p>{WebUtility.HtmlEncode(product.Blurb)}</p>
        <p class="price">€ {(product.PriceCents / 100m).ToString("0.00", CultureInfo.InvariantCulture)}</p>
        </li>

        """;

    private static string Frame(string title, string body) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <link rel="stylesheet" href="/shop.css">
        <noscript><meta http-equiv="refresh" content="3"></noscript>
        <script src="/shop.js" defer></script>
        </head>
        <body>
        <header><h1>Bell &amp; Sons</h1></header>
        <main>
        {body}
        </main>
        </body>
        </html>
        """;
}
