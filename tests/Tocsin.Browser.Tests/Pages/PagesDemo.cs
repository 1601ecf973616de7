using Tocsin.Browser.Tests.Driving;

namespace Tocsin.Browser.Tests.Pages;

/// <summary>A demo whose database stays dropped: one incident that stays open, and something of every kind to look at.</summary>
public sealed class PagesDemo() : Demo("pages")
{
    private readonly Lock gate = new();
    private Task<IncidentSeen>? open;
    private Task<IncidentSeen>? past;

    /// <summary>Breaks the database the first time it is asked.</summary>
    public Task<IncidentSeen> OpenIncidentAsync()
    {
        lock (gate) return open ??= BreakAsync();
    }

    private async Task<IncidentSeen> BreakAsync()
    {
        await PostAsync("/api/v1/changes", new { title = "deploy/812 of the api", kind = "deploy", service = "api" });
        await PostAsync("/demo/break/drop-database");
        var incident = await Eventually.GetsAsync("an incident opens", TimeSpan.FromSeconds(30), async () =>
            (await IncidentsAsync()).FirstOrDefault(one => one.State == "open" && one.Services.Any(service => service.Key is "api" or "store")));
        await MailAsync("Ada is paged", TimeSpan.FromSeconds(20), mail => mail.Subject.EndsWith(incident.Id, StringComparison.Ordinal));
        return incident;
    }

    /// <summary>Writes up an outage of the past the first time it is asked.</summary>
    private Task<IncidentSeen> PastIncidentAsync()
    {
        lock (gate) return past ??= WriteUpAsync();
    }

    private async Task<IncidentSeen> WriteUpAsync()
    {
        await PostAsync("/api/v1/incidents", new
        {
            title = "Orders were taken and not sent", services = (string[])["store", "Parcel desk"], severity = "sev2", zone = "UTC", past = true,
            started = "2024-03-02 22:40", ended = "2024-03-03 01:10", cause = "The disk of the store was full.",
            impact = new { extent = "degraded", usersPercent = 12.5, symptoms = "Orders stayed at the store." },
            entries = (object[])
            [
                new { at = "2024-03-02 22:55", kind = "detected", text = "A customer calls" },
                new { at = "2024-03-02 23:20", kind = "hypothesis", text = "The network to the store" },
                new { at = "2024-03-03 00:30", kind = "cause found", text = "Disk full" },
                new { at = "2024-03-03 01:10", kind = "resolved", text = "Space made, orders sent" },
            ],
        });
        return (await IncidentsAsync()).First(incident => incident.Title.StartsWith("Orders were taken", StringComparison.Ordinal));
    }

    /// <summary>Puts into an address what stands there in braces.</summary>
    internal async Task<string> FillInAsync(string address)
    {
        var openId = (await OpenIncidentAsync()).Id;
        if (address == "{ack}") return (await MailsAsync()).First(mail => mail.Subject.EndsWith(openId, StringComparison.Ordinal)).AcknowledgeLink!;
        return address.Replace("{open}", openId, StringComparison.Ordinal)
            .Replace("{past}", (await PastIncidentAsync()).Id, StringComparison.Ordinal);
    }
}
