using NodaTime;
using Tocsin.Kernel;

namespace Tocsin.Paging.Messages;

/// <summary>Who reads a message, when and in which zone.</summary>
/// <param name="IdempotencyKey">See <see cref="OutgoingMessage.IdempotencyKey"/>.</param>
/// <param name="Zone">Absolute times are written in it.</param>
/// <param name="Now">Relative times are counted to it.</param>
internal sealed record MessageReader(PersonKey Person, string IdempotencyKey, DateTimeZone Zone, DateTimeOffset Now);

/// <summary>What is known about an incident when somebody is woken for it. Texts are for people and may hold anything.</summary>
internal sealed record PageContent
{
    public required MessageIncident Incident { get; init; }

    /// <summary>One sentence, such as "100 % of checks from 3 of 3 locations fail: HTTP 500."</summary>
    public required string State { get; init; }

    /// <summary>What changed on these services and what they need, newest first, one line each; may be empty.</summary>
    public required IReadOnlyList<string> Changes { get; init; }

    /// <summary>Who else is or will be paged, one line each, such as "Grace in 5 min"; may be empty.</summary>
    public required IReadOnlyList<string> AlsoPaged { get; init; }

    /// <summary>Why this person: a clause that begins with "you", such as "you are primary on call; next: Grace in 5 min".</summary>
    public required string Why { get; init; }

    /// <summary>Null while no public_url is configured.</summary>
    public required Uri? AckLink { get; init; }
}

/// <summary>An incident that ended.</summary>
/// <param name="EndedAt">When users were well again.</param>
/// <param name="How">One sentence, such as "The checks have been up again for 2 min." or "Ada resolved it."</param>
internal sealed record AllClearContent(MessageIncident Incident, DateTimeOffset EndedAt, string How);

/// <summary>An incident that somebody took.</summary>
/// <param name="By">The person's name.</param>
internal sealed record TakenContent(MessageIncident Incident, string By, DateTimeOffset TakenAt);

/// <summary>The journal cannot be written, so nothing else is recorded or escalated.</summary>
/// <param name="Reason">Such as "disk full".</param>
/// <param name="ChecksDown">Their names, worst first; may be empty.</param>
/// <param name="Install">Address of the install; null when none is configured.</param>
internal sealed record CannotRecordContent(string Reason, DateTimeOffset Since, IReadOnlyList<string> ChecksDown, Uri? Install);
