using Tocsin.Catalog;

namespace Tocsin.Paging;

public enum SmtpSecurity { None, StartTls, Tls }

/// <summary>The mail server that takes our mail.</summary>
public sealed record SmtpModel
{
    public required string Host { get; init; }
    /// <summary>Default 587 with STARTTLS, 465 with TLS, 25 with none.</summary>
    public required int Port { get; init; }
    /// <summary>Default STARTTLS.</summary>
    public required SmtpSecurity Security { get; init; }
    public string? Username { get; init; }
    public SecretRef? Password { get; init; }
    /// <summary>Address of the sender, such as <c>tocsin@example.org</c>.</summary>
    public required string From { get; init; }
}

/// <summary>The section <c>smtp</c>; null inside when mail is not configured.</summary>
public sealed record PagingModel(SmtpModel? Smtp);
