using System.Text.Json;
using Tocsin.Kernel;

namespace Tocsin.Changes.Webhooks;

/// <summary>What a push says of itself. Untrusted in everything but that it is genuine.</summary>
/// <param name="Branch">Null for a tag.</param>
/// <param name="Title">First line of the newest commit's message.</param>
/// <param name="IsGone">The branch was deleted.</param>
internal sealed record Push(string? Branch, bool IsGone, string Title, string? Who, string? Link, string Revision, string? Repository, int Commits);

/// <summary>Reads the body of a push. Pure.</summary>
internal static class PushPayload
{
    private const int DepthMax = 32;
    private const string Branches = "refs/heads/";

    /// <returns>The push, or why it cannot be read.</returns>
    public static Parsed<Push> Read(HookSender sender, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = DepthMax });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return Parsed<Push>.Bad("expected a JSON object");
            if (Text(root, "ref") is not { } reference || Text(root, "after") is not { } after) return Parsed<Push>.Bad("expected ref and after, as in a push");
            return sender switch
            {
                HookSender.GitHub => OfGitHub(root, reference, after),
                HookSender.GitLab => OfGitLab(root, reference, after),
            };
        }
        catch (JsonException)
        {
            return Parsed<Push>.Bad($"this is not JSON of at most {DepthMax} levels");
        }
    }

    private static Push OfGitHub(JsonElement root, string reference, string after)
    {
        var head = Inner(root, "head_commit");
        return new Push(BranchOf(reference), IsZero(after), FirstLine(Text(head, "message")) ?? after, Text(Inner(root, "pusher"), "name") ?? Text(Inner(head, "author"), "name"),
            Address(Text(head, "url")) ?? Address(Text(root, "compare")), after, Text(Inner(root, "repository"), "full_name"), Count(root));
    }

    private static Push OfGitLab(JsonElement root, string reference, string after)
    {
        // The newest commit stands last, and is the one that was pushed; of many, only the last 20 stand there at all.
        var head = root.TryGetProperty("commits", out var commits) && commits.ValueKind == JsonValueKind.Array && commits.GetArrayLength() is > 0 and var count
            ? commits[count - 1] : default;
        return new Push(BranchOf(reference), IsZero(after), FirstLine(Text(head, "message")) ?? after, Text(root, "user_username") ?? Text(root, "user_name"),
            Address(Text(head, "url")), after, Text(Inner(root, "project"), "path_with_namespace"),
            root.TryGetProperty("total_commits_count", out var total) && total.ValueKind == JsonValueKind.Number && total.TryGetInt32(out var all) ? all : Count(root));
    }

    private static string? BranchOf(string reference) => reference.StartsWith(Branches, StringComparison.Ordinal) ? reference[Branches.Length..] : null;

    /// <summary>Forty zeros stand for nothing: the branch is gone.</summary>
    private static bool IsZero(string revision) => revision.All(c => c == '0');

    private static int Count(JsonElement root) => root.TryGetProperty("commits", out var commits) && commits.ValueKind == JsonValueKind.Array ? commits.GetArrayLength() : 0;

    private static JsonElement Inner(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var inner) ? inner : default;

    private static string? Text(JsonElement element, string name) =>
        Inner(element, name) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } found ? found : null;

    private static string? FirstLine(string? message)
    {
        var line = string.Concat((message ?? "").TrimStart().TakeWhile(c => c is not ('\n' or '\r')).Where(c => !char.IsControl(c))).Trim();
        return line.Length == 0 ? null : line;
    }

    private static string? Address(string? text) => text is { Length: <= 2_000 } && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.UserInfo.Length == 0 ? uri.AbsoluteUri : null;
}
