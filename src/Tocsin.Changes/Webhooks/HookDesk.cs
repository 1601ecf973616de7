using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Changes.Webhooks;

/// <summary>A delivery as it came.</summary>
/// <param name="Event">Such as <c>push</c> or <c>Push Hook</c>.</param>
/// <param name="Proof">Signature or token; null when there is none.</param>
internal sealed record HookDelivery(HookSender Sender, string Key, string? Event, string? Proof, ReadOnlyMemory<byte> Body);

internal enum HookOutcome { Recorded, Pong, Ignored, Refused, Malformed, NoSecret }

/// <param name="Why">In a sentence; never a secret.</param>
internal sealed record HookAnswer(HookOutcome Outcome, string Why, Change? Change = null);

/// <summary>Takes deliveries: proves them, reads them, records pushes as changes. Nothing is written of what is not genuine.</summary>
internal sealed partial class HookDesk(IRevisions revisions, ChangeRecorder recorder, ILogger<HookDesk> log) : IMeasured
{
    private volatile Counter<long>? deliveries;

    public void Describe(Meter meter) => deliveries = meter.CreateCounter<long>(
        "tocsin.changes.hook.requests", "{request}", "Deliveries of webhooks, by hook and by what came of them");

    public async Task<HookAnswer> TakeAsync(HookDelivery delivery, CancellationToken cancellation)
    {
        var hook = revisions.Current.Get<WebhooksModel>().Hooks.GetValueOrDefault(delivery.Key);
        if (hook?.Sender != delivery.Sender) hook = null;
        var answer = hook is null ? new(HookOutcome.Refused, "the signature is wrong") : await TakeAsync(hook, delivery, cancellation);
        // A name that is not configured is the sender's text, and stands in no label.
        deliveries?.Add(1, new("hook", hook?.Key ?? "unknown"), new("result", Word(answer.Outcome)));
        if (answer.Outcome is HookOutcome.Refused) Refused(hook?.Key ?? "unknown");
        if (answer.Outcome is HookOutcome.NoSecret) WithoutSecret(hook!.Key, answer.Why);
        return answer;
    }

    private async Task<HookAnswer> TakeAsync(HookModel hook, HookDelivery delivery, CancellationToken cancellation)
    {
        if (!hook.Secret.Resolve().TryGet(out var secret, out var missing)) return new(HookOutcome.NoSecret, missing);
        var isGenuine = hook.Sender switch
        {
            HookSender.GitHub => HookProof.IsSigned(delivery.Body.Span, delivery.Proof, secret),
            HookSender.GitLab => HookProof.IsToken(delivery.Proof, secret),
        };
        if (!isGenuine) return new(HookOutcome.Refused, "the signature is wrong");
        return delivery.Event switch
        {
            "ping" => new(HookOutcome.Pong, "it works"),
            "push" or "Push Hook" => await RecordAsync(hook, delivery, cancellation),
            _ => new(HookOutcome.Ignored, "only pushes are changes"),
        };
    }

    private async Task<HookAnswer> RecordAsync(HookModel hook, HookDelivery delivery, CancellationToken cancellation)
    {
        if (!PushPayload.Read(hook.Sender, delivery.Body).TryGet(out var push, out var error)) return new(HookOutcome.Malformed, error);
        if (push.Branch is not { } branch) return new(HookOutcome.Ignored, "a tag alters nothing");
        if (push.IsGone) return new(HookOutcome.Ignored, "the branch was deleted");
        if (hook.Branch is { } wanted && branch != wanted) return new(HookOutcome.Ignored, "another branch");
        var recorded = await recorder.RecordAsync(new ChangeRequest
        {
            Kind = "push",
            Title = Short(push.Title, ChangeRules.TitleLengthMax),
            Service = hook.Service?.Value,
            Description = Short($"revision {push.Revision} of {branch}{(push.Repository is { } repository ? $" in {repository}" : "")}, {Commits(push.Commits)}",
                ChangeRules.DescriptionLengthMax),
            Link = push.Link is { Length: <= ChangeRules.LinkLengthMax } link ? link : null,
            Author = push.Who is { } who ? Short(who, ChangeRules.AuthorLengthMax) : null,
            IdempotencyKey = HookProof.NameOf(hook, delivery.Body.Span),
        }, Actor.Integration(hook.Key), cancellation);
        return recorded.TryGet(out var change, out var refused) ? new(HookOutcome.Recorded, $"{change.Id}", change) : new(HookOutcome.Malformed, refused);
    }

    private static string Short(string text, int lengthMax) => text.Length <= lengthMax ? text : text[..(lengthMax - 1)] + "…";
    private static string Commits(int count) => count == 1 ? "1 commit" : $"{count} commits";

    private static string Word(HookOutcome outcome) => outcome switch
    {
        HookOutcome.Recorded => "recorded",
        HookOutcome.Pong or HookOutcome.Ignored => "ignored",
        HookOutcome.Refused => "refused",
        HookOutcome.Malformed => "malformed",
        HookOutcome.NoSecret => "no_secret",
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "A delivery to the webhook {Hook} was refused: its signature or token is wrong")]
    private partial void Refused(string hook);

    [LoggerMessage(Level = LogLevel.Error, Message = "Deliveries to the webhook {Hook} cannot be proved: {Reason}")]
    private partial void WithoutSecret(string hook, string reason);
}
