using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.StatusPages.Tests;

/// <summary>Inputs of the composer, small and readable.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Now = new(2026, 1, 25, 14, 2, 11, TimeSpan.Zero);
    public static readonly DateTimeOffset Today = new(2026, 1, 25, 0, 0, 0, TimeSpan.Zero);

    public static StatusPageModel Page(params string[] services) => new()
    {
        Title = "Shop status",
        Components = [.. services.Select(service => new ComponentModel(new ServiceKey(service), char.ToUpperInvariant(service[0]) + service[1..], null))],
    };

    public static CheckBelief Check(string service, Outcome? state, int minutesAgo = 60, string? key = null) =>
        new(new CheckKey(key ?? service + "-http"), new ServiceKey(service), state, state is null ? null : Now.AddMinutes(-minutesAgo));

    public static Incident Incident(long id, string[] services, int minutesAgo = 4, int? endedMinutesAgo = null, Severity severity = Severity.Sev1) => new()
    {
        Id = new IncidentId(id),
        Title = "checkout-http: 10.0.0.7 answered 500",
        Severity = severity,
        State = endedMinutesAgo is null ? IncidentState.Open : IncidentState.Resolved,
        Services = [.. services.Select(service => new AffectedService(new ServiceKey(service), service))],
        Started = ToldMoment.Exactly(Now.AddMinutes(-minutesAgo)),
        StartedAt = Now.AddMinutes(-minutesAgo),
        OpenedAt = Now.AddMinutes(-minutesAgo),
        EndedAt = endedMinutesAgo is { } ended ? Now.AddMinutes(-ended) : null,
        IsDeclared = false,
        IsPast = false,
    };

    public static StatusUpdate Update(long id, long incident, int minutesAgo, UpdateStatus status = UpdateStatus.Investigating, string text = "We are looking into it.") =>
        new(id, new IncidentId(incident), Now.AddMinutes(-minutesAgo), status, text, true);

    /// <summary>A day so many days before today.</summary>
    public static SampleRollup Day(int daysAgo, int up, int degraded = 0, int down = 0, int unknown = 0) =>
        new(Today.AddDays(-daysAgo), up, degraded, down, unknown, 0, 0);

    public static StatusInputs Inputs(StatusPageModel page, IReadOnlyList<CheckBelief>? checks = null, IReadOnlyList<Incident>? incidents = null,
        IReadOnlyList<StatusUpdate>? updates = null, params (string Check, SampleRollup[] Days)[] days) => new(
        page, Now.AddDays(-7), checks ?? [], incidents ?? [], (updates ?? []).ToLookup(update => update.Incident),
        days.ToDictionary(pair => new CheckKey(pair.Check), pair => (IReadOnlyList<SampleRollup>)pair.Days), Now);

    /// <summary>A page with every state, an open and a past incident: what the golden files show.</summary>
    public static StatusInputs Everything() => Inputs(
        Page("checkout", "search", "cart", "mail", "maps") with { Intro = "How the shop is doing." },
        [
            Check("checkout", Outcome.Down, 4), Check("search", Outcome.Up, 300), Check("cart", Outcome.Degraded, 12),
            Check("mail", Outcome.Unknown, 2), Check("maps", Outcome.Up), Check("maps", Outcome.Down, 3, "maps-tls"),
        ],
        [Incident(42, ["checkout"]), Incident(41, ["search"], 4_000, 3_920)],
        [
            Update(1, 41, 3_990, text: "Since 19:22 UTC Search does not work as it should."), Update(2, 41, 3_918, UpdateStatus.Resolved, "This is over."),
            Update(3, 42, 4, text: "Since 13:58 UTC Checkout does not work as it should. We are looking into it."),
            Update(4, 42, 2, UpdateStatus.Identified, "A release broke <b>payments</b> & we take it back.\nNo order is lost."),
        ],
        ("checkout-http", [.. Enumerable.Range(1, 60).Select(ago => Day(ago, 2_880)), Day(0, 1_600, down: 8)]),
        ("search-http", [.. Enumerable.Range(3, 87).Select(ago => Day(ago, 2_880, degraded: ago % 29 == 0 ? 90 : 0)), Day(2, 2_700, down: 180), Day(1, 2_880), Day(0, 1_600)]),
        ("cart-http", [Day(1, 2_780, unknown: 100), Day(0, 1_500, degraded: 24)]),
        ("maps-http", [Day(0, 1_600)]));
}
