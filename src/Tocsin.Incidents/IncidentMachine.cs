using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Incidents;

/// <summary>What somebody or something wants of an incident. Closed hierarchy.</summary>
internal abstract record IncidentCommand
{
    private IncidentCommand() { }
    internal sealed record Acknowledge(PersonKey By, string Via, PageId? Page) : IncidentCommand;
    /// <summary>A person ends it.</summary>
    internal sealed record Resolve(string? Note) : IncidentCommand;
    /// <summary>Every alert has ended.</summary>
    internal sealed record Recover(DateTimeOffset RecoveredAt, TimeSpan QuietTime) : IncidentCommand;
    /// <summary>The quiet time may be over.</summary>
    internal sealed record EndQuiet : IncidentCommand;
    /// <summary>An alert of the same cause fires.</summary>
    internal sealed record Join(AlertId Alert, ServiceKey? Service, string Title, string Because) : IncidentCommand;
}

/// <summary>Why a command did what it did, or nothing.</summary>
public enum IncidentReason
{
    Acknowledged, AlreadyAcknowledged, Resolved, AlreadyResolved, Recovered, Joined, Reopened, StillQuieting, NothingToDo, Unknown,
}

/// <param name="Facts">To be journalled, in order; empty when nothing changed.</param>
internal sealed record IncidentStep(Incident Next, IncidentReason Reason, IReadOnlyList<Fact> Facts)
{
    public bool IsIgnored => Facts.Count == 0;
}

/// <summary>Decides what a command does to an incident. Pure: no I/O, no clock; total over states and commands.</summary>
internal static class IncidentMachine
{
    public static IncidentStep Apply(Incident incident, IncidentCommand command, DateTimeOffset now) => command switch
    {
        IncidentCommand.Acknowledge acknowledge => Acknowledge(incident, acknowledge, now),
        IncidentCommand.Resolve resolve => incident.IsOver
            ? Ignore(incident, IncidentReason.AlreadyResolved)
            : End(incident, incident.RecoveredAt ?? now, isAutomatic: false, resolve.Note, now),
        IncidentCommand.Recover recover => Recover(incident, recover, now),
        IncidentCommand.EndQuiet => EndQuiet(incident, now),
        IncidentCommand.Join join => Join(incident, join),
        _ => throw new System.Diagnostics.UnreachableException($"{incident.State} × {command.GetType().Name}"),
    };

    private static IncidentStep Acknowledge(Incident incident, IncidentCommand.Acknowledge command, DateTimeOffset now) => incident.State switch
    {
        IncidentState.Open => new(
            incident with { State = IncidentState.Acknowledged, AckedBy = command.By, AckedAt = now }, IncidentReason.Acknowledged,
            [new IncidentAcknowledged(incident.Id, command.By, command.Via, command.Page)]),
        // The first responder stays: two people tapping the same page is normal, not a conflict.
        IncidentState.Acknowledged => Ignore(incident, IncidentReason.AlreadyAcknowledged),
        IncidentState.Resolved => Ignore(incident, IncidentReason.AlreadyResolved),
    };

    private static IncidentStep Recover(Incident incident, IncidentCommand.Recover command, DateTimeOffset now)
    {
        // What a person declared ends by a person's word: the checks may not see what users suffer.
        if (incident.IsOver || incident.IsDeclared || incident.ResolvesAt is not null) return Ignore(incident, IncidentReason.NothingToDo);
        var resolvesAt = now + command.QuietTime;
        return new(incident with { RecoveredAt = command.RecoveredAt, ResolvesAt = resolvesAt }, IncidentReason.Recovered,
            [new IncidentRecovered(incident.Id, command.RecoveredAt, resolvesAt)]);
    }

    private static IncidentStep EndQuiet(Incident incident, DateTimeOffset now)
    {
        if (incident.IsOver) return Ignore(incident, IncidentReason.AlreadyResolved);
        if (incident.ResolvesAt is not { } due || due > now) return Ignore(incident, IncidentReason.StillQuieting);
        return End(incident, incident.RecoveredAt ?? now, isAutomatic: true, null, now);
    }

    private static IncidentStep End(Incident incident, DateTimeOffset endedAt, bool isAutomatic, string? note, DateTimeOffset now) => new(
        incident with
        {
            State = IncidentState.Resolved, ResolvedAt = now, EndedAt = endedAt, Ended = ToldMoment.Exactly(endedAt), ResolvesAt = null,
        },
        IncidentReason.Resolved,
        [new IncidentResolved(incident.Id, isAutomatic, endedAt, incident.AckedBy is not null, note)]);

    private static IncidentStep Join(Incident incident, IncidentCommand.Join command)
    {
        var joined = new IncidentAlertJoined(incident.Id, command.Alert, command.Service, command.Title, command.Because);
        var alive = incident with { RecoveredAt = null, ResolvesAt = null };
        return incident.IsOver
            // Whoever acknowledged it may be asleep again: a return is paged like a new one.
            ? new(alive with { State = IncidentState.Open, AckedBy = null, AckedAt = null, ResolvedAt = null, Ended = null, EndedAt = null },
                IncidentReason.Reopened, [joined, new IncidentReopened(incident.Id, command.Alert, command.Because)])
            : new(alive, IncidentReason.Joined, [joined]);
    }

    private static IncidentStep Ignore(Incident incident, IncidentReason reason) => new(incident, reason, []);
}
