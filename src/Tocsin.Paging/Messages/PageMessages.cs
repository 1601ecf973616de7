using Tocsin.Kernel.Facts;

namespace Tocsin.Paging.Messages;

/// <summary>What people read when they are woken, told and reassured. Pure: the same content gives the same bytes.</summary>
internal static class PageMessages
{
    private const int TitleMax = 120;
    private const int LineMax = 200;
    private const int SubjectMax = 160;
    private const int LinesMax = 5;
    private const int NamesMax = 5;

    /// <summary>Wakes somebody.</summary>
    public static OutgoingMessage Page(PageContent content, MessageReader reader)
    {
        var incident = content.Incident;
        var severity = MessageWords.Of(incident.Severity);
        var title = Title(incident);
        var sections = new List<MessageSection>
        {
            new("Since", [Moment(incident.StartedAt, reader)]),
        };
        if (Services(incident) is { Length: > 0 } services) sections.Add(new("Services", [services]));
        sections.Add(new(
            "What changed", content.Changes.Count > 0 ? Lines(content.Changes) : ["Nothing on record in the last 60 min."]));
        if (content.AlsoPaged.Count > 0) sections.Add(new("Also paged", Lines(content.AlsoPaged)));
        sections.Add(new("Why you", [Sentence(MessageWords.Line(content.Why, LineMax))]));
        if (content.AckLink is null) sections.Add(new("No link", ["The configuration has no public_url: open Tocsin yourself to acknowledge."]));
        var layout = new MessageLayout(
            MessageTone.Down, $"{severity} · for {MessageWords.Of(reader.Now - incident.StartedAt)}", title,
            MessageWords.Line(content.State, LineMax),
            ButtonTo(content.AckLink), sections, LinkTo(incident));
        return Render(MessageKind.Page, $"[{severity}] {title} · {incident.Id}", layout, reader) with
        {
            Incident = incident,
            AckLink = content.AckLink,
        };
    }

    /// <summary>Tells somebody who was paged that it is over.</summary>
    public static OutgoingMessage AllClear(AllClearContent content, MessageReader reader)
    {
        var incident = content.Incident;
        var title = Title(incident);
        var began = MessageWords.Of(incident.StartedAt, reader.Zone, reader.Now);
        var ended = MessageWords.Of(content.EndedAt, reader.Zone, reader.Now);
        var lasted = MessageWords.Of(content.EndedAt - incident.StartedAt);
        List<MessageSection> sections = [new("Lasted", [$"{lasted}, from {began} to {ended}"])];
        if (Services(incident) is { Length: > 0 } services) sections.Add(new("Services", [services]));
        sections.Add(new("What to do", ["Nothing now. You were paged for this, so you are told that it is over."]));
        var layout = new MessageLayout(
            MessageTone.Up, $"resolved · after {lasted}", title, MessageWords.Line(content.How, LineMax), Button: null,
            sections, LinkTo(incident));
        return Render(MessageKind.AllClear, $"[resolved] {title} · {incident.Id}", layout, reader) with { Incident = incident };
    }

    /// <summary>Tells somebody who was paged that another has it.</summary>
    public static OutgoingMessage Taken(TakenContent content, MessageReader reader)
    {
        var incident = content.Incident;
        var title = Title(incident);
        var by = MessageWords.Line(content.By, 60);
        List<MessageSection> sections =
        [
            new("Taken", [Moment(content.TakenAt, reader)]),
            new("What to do", [$"Nothing unless {by} asks. You are told when it is over."]),
        ];
        var layout = new MessageLayout(
            MessageTone.Neutral, $"acknowledged by {by}", title, $"{by} has it.", Button: null,
            sections, LinkTo(incident));
        return Render(MessageKind.Taken, $"[taken] {by} has it: {title} · {incident.Id}", layout, reader) with
        {
            Incident = incident,
        };
    }

    /// <summary>Lets a person see that a method reaches them.</summary>
    /// <param name="install">Address of the install; null when none is configured.</param>
    /// <param name="ackLink">Tells Tocsin that it arrived; null when there is nothing to link to.</param>
    public static OutgoingMessage SelfTest(string method, Uri? install, Uri? ackLink, MessageReader reader)
    {
        List<MessageSection> sections =
        [
            new("Sent", [$"{MessageWords.Of(reader.Now, reader.Zone, reader.Now)} by {MessageWords.Line(method, 20)}"]),
            new("What to do", [ackLink is null ? "Nothing. Had this been a page, it would have come the same way."
                : "Acknowledge it, as you would a page: then it is known that this way reaches you."]),
        ];
        var layout = new MessageLayout(
            MessageTone.Neutral, "test", "Tocsin can reach you", "This is a self-test. Nothing is broken.",
            ButtonTo(ackLink), sections, LinkTo(install));
        return Render(MessageKind.SelfTest, "[test] Tocsin can reach you", layout, reader) with { AckLink = ackLink };
    }

    /// <summary>Wakes somebody because nothing can be recorded, and so nothing else will page.</summary>
    public static OutgoingMessage CannotRecord(CannotRecordContent content, MessageReader reader)
    {
        var reason = MessageWords.Line(content.Reason, 80);
        var names = content.ChecksDown.Select(name => MessageWords.Line(name, 60)).ToArray();
        var down = names.Length switch
        {
            0 => "No check is down.",
            1 => $"1 check is down: {names[0]}.",
            _ => $"{names.Length} checks are down: {MessageWords.List(names, NamesMax)}.",
        };
        List<MessageSection> sections =
        [
            new("Since", [Moment(content.Since, reader)]),
            new("What to do", ["Free the disk or bring the database back. Until then Tocsin opens no incident and escalates "
                + "nothing; this message comes again every 10 min."]),
        ];
        var layout = new MessageLayout(
            MessageTone.Down, "cannot record", $"Tocsin cannot record: {reason}", down, Button: null,
            sections, LinkTo(content.Install));
        var count = names.Length == 1 ? "1 check down" : $"{names.Length} checks down";
        return Render(MessageKind.CannotRecord, $"Tocsin cannot record: {reason}; {count}", layout, reader);
    }

    private static OutgoingMessage Render(MessageKind kind, string subject, MessageLayout layout, MessageReader reader) => new()
    {
        Kind = kind,
        IdempotencyKey = reader.IdempotencyKey,
        Person = reader.Person,
        Subject = MessageWords.Line(subject, SubjectMax),
        Text = MessageText.Render(layout),
        Brief = MessageText.RenderBrief(layout),
        Html = MessageHtml.Render(layout),
    };

    private static MessageButton? ButtonTo(Uri? ackLink) =>
        ackLink is null ? null : new MessageButton("Acknowledge", ackLink, "Then one tap on the page. No sign-in.");

    private static MessageLink? LinkTo(MessageIncident incident) =>
        incident.Url is null ? null : new MessageLink($"Open {incident.Id}", incident.Url);

    private static MessageLink? LinkTo(Uri? install) => install is null ? null : new MessageLink("Open Tocsin", install);

    private static string Title(MessageIncident incident) => MessageWords.Line(incident.Title, TitleMax);

    private static string Services(MessageIncident incident) =>
        MessageWords.List([.. incident.Services.Select(name => MessageWords.Line(name, 60))], NamesMax);

    /// <summary>Absolute and relative, the latter not as "ago": a mail may be read long after it was sent.</summary>
    private static string Moment(DateTimeOffset at, MessageReader reader) =>
        $"{MessageWords.Of(at, reader.Zone, reader.Now)}, {MessageWords.Of(reader.Now - at)} before this message";

    private static string[] Lines(IReadOnlyList<string> lines)
    {
        var shown = lines.Take(LinesMax).Select(line => MessageWords.Line(line, LineMax));
        return lines.Count <= LinesMax ? [.. shown] : [.. shown, $"and {lines.Count - LinesMax} more"];
    }

    private static string Sentence(string clause)
    {
        if (clause.Length == 0) return clause;
        var ended = clause[^1] is '.' or '!' or '?' or '…' ? clause : clause + ".";
        return char.ToUpperInvariant(ended[0]) + ended[1..];
    }
}
