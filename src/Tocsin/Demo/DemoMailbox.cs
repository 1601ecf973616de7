using System.Globalization;
using System.Text.Json;

namespace Tocsin.Demo;

/// <summary>A mail as the demo's mailbox shows it.</summary>
/// <param name="To">Address that it was delivered to.</param>
public sealed record DemoMail(string To, string Subject, string Text, string Html, DateTimeOffset ReceivedAt)
{
    /// <summary>Names it on the page and in addresses.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{ReceivedAt.UtcTicks}-{To.Split('@')[0]}");
}

/// <summary>Reads the mailbox process.</summary>
internal static class DemoMailbox
{
    /// <returns>The mailbox's own JSON, or null when it does not answer.</returns>
    public static async Task<string?> ReadJsonAsync(DemoShop shop, CancellationToken cancellation)
    {
        try { return await shop.Http.GetStringAsync(shop.MailboxUrl, cancellation); }
        catch (HttpRequestException) { return null; }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { return null; }
    }

    /// <summary>The HTML of a mail for a frame: its links open beside the page, because a frame that is shut in may go nowhere.</summary>
    /// <returns>Null when there is no such mail, or it has only text.</returns>
    public static async Task<string?> HtmlOfAsync(DemoShop shop, string key, int count, CancellationToken cancellation) =>
        (await ReadNewestAsync(shop, count, cancellation))?.FirstOrDefault(mail => mail.Key == key) is { Html: { Length: > 0 } html }
            ? Framed(html) : null;

    private static string Framed(string html)
    {
        const string beside = """<base target="_blank">""", start = "<head>";
        var head = html.IndexOf(start, StringComparison.OrdinalIgnoreCase);
        return head < 0 ? beside + html : html.Insert(head + start.Length, beside);
    }

    /// <returns>The newest mails, newest first; null when the mailbox does not answer.</returns>
    public static async Task<IReadOnlyList<DemoMail>?> ReadNewestAsync(DemoShop shop, int count, CancellationToken cancellation)
    {
        if (await ReadJsonAsync(shop, cancellation) is not { } json) return null;
        var mails = JsonSerializer.Deserialize<DemoMail[]>(json, JsonSerializerOptions.Web) ?? [];
        return [.. mails.Reverse().Take(count)];
    }
}
