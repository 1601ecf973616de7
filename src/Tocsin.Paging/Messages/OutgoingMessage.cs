using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Paging.Messages;

/// <summary>Why somebody is written to.</summary>
internal enum MessageKind
{
    /// <summary>Somebody is woken.</summary>
    Page,
    /// <summary>The incident ended; everyone who was paged is told.</summary>
    AllClear,
    /// <summary>Somebody else has taken the incident.</summary>
    Taken,
    /// <summary>A person tries whether a method reaches them.</summary>
    SelfTest,
    /// <summary>The journal cannot be written.</summary>
    CannotRecord,
}

/// <summary>The incident of a message, as machines that receive it need it.</summary>
/// <param name="Services">Names for people, worst first.</param>
/// <param name="Url">Its page, for people with an account; null while no public_url is configured.</param>
internal sealed record MessageIncident(
    IncidentId Id, string Title, Severity Severity, IReadOnlyList<string> Services, DateTimeOffset StartedAt, Uri? Url);

/// <summary>Everything a channel needs to tell one person one thing; made by <see cref="PageMessages"/>.</summary>
internal sealed record OutgoingMessage
{
    public required MessageKind Kind { get; init; }

    /// <summary>Names the intent for ever. Shape: 1 to 200 visible ASCII characters, because it stands in headers.</summary>
    public required string IdempotencyKey
    {
        get;
        init => field = value.Length is >= 1 and <= 200 && value.All(c => c is > ' ' and <= '~')
            ? value : throw new ArgumentException("1 to 200 visible ASCII characters are expected", nameof(IdempotencyKey));
    }

    public required PersonKey Person { get; init; }

    /// <summary>One line, at most 160 characters.</summary>
    public required string Subject { get; init; }

    /// <summary>Lines of at most 72 columns separated by LF; only a link may be longer.</summary>
    public required string Text { get; init; }

    /// <summary>The essence, for a notification: less than 1,000 bytes of UTF-8, lines separated by LF.</summary>
    public required string Brief { get; init; }

    /// <summary>A whole document without anything to load.</summary>
    public required string Html { get; init; }

    /// <summary>Null for <see cref="MessageKind.SelfTest"/> and <see cref="MessageKind.CannotRecord"/>.</summary>
    public MessageIncident? Incident { get; init; }

    /// <summary>Only with <see cref="MessageKind.Page"/> and <see cref="MessageKind.SelfTest"/>. Whoever has it can acknowledge: never logged.</summary>
    public Uri? AckLink { get; init; }
}
