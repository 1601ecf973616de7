namespace Tocsin.Demo.Mail;

/// <summary>A mail as it lies in one person's mailbox.</summary>
/// <param name="To">Address of the envelope, not of the header: where it was really delivered.</param>
/// <param name="Text">Plain text, decoded; empty when the mail has none.</param>
/// <param name="Html">Empty when the mail has none.</param>
internal sealed record ReceivedMail(string To, string Subject, string Text, string Html, DateTimeOffset ReceivedAt);
