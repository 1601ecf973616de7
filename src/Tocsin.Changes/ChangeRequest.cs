using Tocsin.Catalog;
using Tocsin.Kernel;

namespace Tocsin.Changes;

/// <summary>What somebody says about a change. Untrusted: <see cref="ChangeRecorder"/> judges it.</summary>
public sealed record ChangeRequest
{
    /// <summary>Default <c>change</c>.</summary>
    public string? Kind { get; init; }
    public string? Title { get; init; }
    /// <summary>Key or name of a service; null when it may have touched anything.</summary>
    public string? Service { get; init; }
    public string? Description { get; init; }
    public string? Link { get; init; }
    public string? Author { get; init; }
    /// <summary>Default: now.</summary>
    public DateTimeOffset? HappenedAt { get; init; }
    /// <summary>The sender's name for this request; the same again answers the change that is already there.</summary>
    public string? IdempotencyKey { get; init; }
}

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Field">Name of the field as in JSON, such as <c>happenedAt</c>.</param>
/// <param name="Text">What is wrong and what was expected.</param>
public sealed record FieldProblem(string Field, string Text);

/// <summary>Limits on what a change may say. Pure.</summary>
internal static class ChangeRules
{
    public const int TitleLengthMax = 200, DescriptionLengthMax = 4_000, LinkLengthMax = 1_000, AuthorLengthMax = 100, KeyLengthMax = 200;
    public const string KindDefault = "change";

    /// <summary>How far ahead of ours a sender's clock may be.</summary>
    public static readonly TimeSpan AheadMax = TimeSpan.FromMinutes(5);
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>All problems at once, in the order of the fields; empty when the request is good.</summary>
    public static IReadOnlyList<FieldProblem> ProblemsOf(ChangeRequest request, CatalogModel catalog, DateTimeOffset now)
    {
        var problems = new List<FieldProblem>();
        if (KindOf(request) is var kind && !Keys.IsKey(kind)) problems.Add(new("kind", $"'{Shown(kind)}' is not a kind such as deploy: {Keys.Shape}"));
        var title = OrNull(request.Title);
        if (title is null) problems.Add(new("title", "a title is needed, such as deploy/812"));
        else if (title.Any(char.IsControl)) problems.Add(new("title", "the title is one line without control characters"));
        TooLong("title", title, TitleLengthMax);
        if (OrNull(request.Service) is { } service && FindService(service, catalog) is null)
            problems.Add(new("service", $"there is no service '{Shown(service)}'; leave it out when the change may have touched anything"));
        TooLong("description", request.Description, DescriptionLengthMax);
        if (OrNull(request.Link) is { } link && !IsWebAddress(link)) problems.Add(new("link", "expected an address that begins with http:// or https://"));
        TooLong("link", request.Link, LinkLengthMax);
        TooLong("author", request.Author, AuthorLengthMax);
        if (request.HappenedAt is { } at && (at > now + AheadMax || at < Earliest))
            problems.Add(new("happenedAt", "expected a moment between the year 2000 and now"));
        TooLong("idempotencyKey", request.IdempotencyKey, KeyLengthMax);
        return problems;

        void TooLong(string field, string? text, int lengthMax)
        {
            if (text?.Length > lengthMax) problems.Add(new(field, $"{text.Length} characters, at most {lengthMax} are kept"));
        }
    }

    public static string KindOf(ChangeRequest request) => OrNull(request.Kind)?.ToLowerInvariant() ?? KindDefault;

    /// <returns>The service of that key or name; null when there is none.</returns>
    public static ServiceKey? FindService(string text, CatalogModel catalog)
    {
        if (Keys.TryParse<ServiceKey>(text, out var key) && catalog.Services.ContainsKey(key)) return key;
        foreach (var other in catalog.ServiceOrder)
        {
            if (string.Equals(catalog.Services[other].Name, text, StringComparison.OrdinalIgnoreCase)) return other;
        }
        return null;
    }

    public static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static bool IsWebAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.Host.Length > 0 && uri.UserInfo.Length == 0
        && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));

    private static string Shown(string text) => text.Length <= 60 ? text : text[..57] + "…";
}
