using System.Text.Json;

namespace Tocsin.Demo;

/// <summary>A mail as the demo's mailbox shows it.</summary>
/// <param name="To">Address that it was delivered to.</param>
public sealed record DemoMail(string To, string Subject, string Text, string Html, DateTimeOffset ReceivedAt);

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

    /// <returns>The newest mails, newest first; null when the mailbox does not answer.</returns>
    public static async Task<IReadOnlyList<DemoMail>?> ReadNewestAsync(DemoShop shop, int count, CancellationToken cancellation)
    {
        if (await ReadJsonAsync(shop, cancellation) is not { } json) return null;
        var mails = JsonSerializer.Deserialize<DemoMail[]>(json, JsonSerializerOptions.Web) ?? [];
        return [.. mails.Reverse().Take(count)];
    }
}
