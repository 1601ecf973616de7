using System.Collections.Frozen;
using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.Changes.Webhooks;

/// <summary>Where changes come from by themselves: <c>changes</c>.</summary>
public sealed class WebhooksSection : IConfigSection
{
    private const int HooksMax = 200, BranchLengthMax = 200;

    private static readonly Field<SecretRef> GitHub = Field.Optional("github",
        "Secret of a webhook of GitHub, which signs each delivery with it; its address is /api/v1/hooks/github/NAME, its type application/json.", ConfigShapes.Secret, "it is not of GitHub");
    private static readonly Field<SecretRef> GitLab = Field.Optional("gitlab",
        "Secret token of a webhook of GitLab; its address is /api/v1/hooks/gitlab/NAME.", ConfigShapes.Secret, "it is not of GitLab");
    private static readonly Field<ServiceKey> Service = Field.Optional("service", "Service that a push alters.", ConfigShapes.NameOf<ServiceKey>(CatalogSection.Service), "it may be any");
    private static readonly Field<string> Branch = Field.Optional("branch", "Only pushes to this branch are changes.", ConfigShapes.Text(BranchLengthMax, "main"), "every branch");

    private static readonly Field<IReadOnlyList<Entry<HookModel>>> Hooks = Field.Optional("hooks",
        "Repositories whose pushes are changes, by name.", ConfigShapes.Named("hook", null, ConfigShapes.Map("hook", [GitHub, GitLab, Service, Branch], Read), HooksMax), "none");

    private sealed record Section(IReadOnlyList<Entry<HookModel>> Hooks);

    private static readonly Field<Section> Changes = Field.Optional("changes", "How changes are known without anybody telling them.",
        ConfigShapes.Map("sources of changes", [Hooks], map => new Section(map.Items(Hooks))), "people and pipelines tell them");

    public IReadOnlyList<Field> Keys { get; } = [Changes];

    public object Build(ConfigDraft draft) => new WebhooksModel((draft.Root.Optional(Changes)?.Hooks ?? [])
        .Where(entry => Kernel.Keys.IsKey(entry.Key)).ToFrozenDictionary(entry => entry.Key, entry => entry.Value with { Key = entry.Key }));

    public IEnumerable<ConfigItem> Items(object model) => ((WebhooksModel)model).Hooks.Values.OrderBy(hook => hook.Key, StringComparer.Ordinal)
        .Select(hook => new ConfigItem("hooks", hook.Key, ("service", hook.Service?.Value ?? "any"), ("branch", hook.Branch ?? "every")));

    private static HookModel? Read(ConfigMap map)
    {
        if (map.Has(GitHub) == map.Has(GitLab))
        {
            map.Error(map.Has(GitHub) ? GitLab : GitHub, map.Has(GitHub) ? "stands beside github, expected one of the two" : "has neither github nor gitlab, expected one of the two with its secret");
            return null;
        }
        var (sender, secret) = map.Optional(GitHub) is { } github ? (HookSender.GitHub, github) : (HookSender.GitLab, map.Optional(GitLab)!);
        return new HookModel("", sender, secret, map.OptionalValue(Service), map.Optional(Branch));
    }
}
