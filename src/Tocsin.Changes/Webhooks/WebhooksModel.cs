using System.Collections.Frozen;
using Tocsin.Catalog;
using Tocsin.Kernel;

namespace Tocsin.Changes.Webhooks;

/// <summary>Who sends a webhook, and so how it proves that it is genuine.</summary>
public enum HookSender { GitHub, GitLab }

/// <summary>A repository whose pushes are changes, validated.</summary>
/// <param name="Secret">Of the signature (GitHub) or of the token header (GitLab).</param>
/// <param name="Service">What a push alters; null when it may be anything.</param>
/// <param name="Branch">Only pushes to it count; null is every branch.</param>
public sealed record HookModel(string Key, HookSender Sender, SecretRef Secret, ServiceKey? Service, string? Branch);

/// <summary>All of them. Immutable.</summary>
public sealed record WebhooksModel(FrozenDictionary<string, HookModel> Hooks);
