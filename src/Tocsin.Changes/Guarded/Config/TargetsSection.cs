using System.Collections.Frozen;
using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Checks;
using Tocsin.Kernel;

namespace Tocsin.Changes.Guarded;

/// <summary>What is changed under guard: <c>targets</c>.</summary>
public sealed class TargetsSection : IConfigSection
{
    private const int TargetsMax = 200, ChecksMax = 20, GuardsMax = 20;

    /// <summary>A target, and where its checks are named: whether they exist is known when everything is read.</summary>
    private sealed record Draft(TargetModel Model, Place Checks);
    private sealed record WatchDraft(WatchModel Model, Place Checks);

    private static readonly TimeSpan LimitMax = TimeSpan.FromMinutes(5), WindowMax = TimeSpan.FromHours(6);

    private static readonly Field<ServiceKey> Service = Field.Required("service", "Service that works with the file.", ConfigShapes.NameOf<ServiceKey>(CatalogSection.Service));
    private static readonly Field<string> File = Field.Required("file",
        "The file: absolute, or relative to the directory of the configuration. UTF-8, at most 256 KiB; it must be there.", TargetShapes.File);
    private static readonly Field<bool> Secret = Field.WithDefault("secret", "Whether its content is shown nowhere, only its hash; the database keeps it, to put it back.", ConfigShapes.Flag, "false");
    private static readonly Field<IReadOnlyList<string>> Validate = Field.Optional("validate",
        "The target's own validator: program and arguments, without a shell; {file} stands for a copy of the candidate. It exits with 0 when the candidate is valid.",
        TargetShapes.Command, "every text is valid");
    private static readonly Field<IReadOnlyList<string>> Apply = Field.Optional("apply",
        "Program and arguments that make the running side read the file; {file} stands for the file. It may run twice.", TargetShapes.Command, "it reads the file by itself");
    private static readonly Field<Uri> Post = Field.Required("post", "Address.", ConfigShapes.Url("http://127.0.0.1:9000/reload"));
    private static readonly Field<Uri> Reload = Field.Optional("reload", "Request that makes the running side read the file, instead of apply. It may come twice.",
        ConfigShapes.Map("request", [Post], map => map.Get(Post)), "it reads the file by itself");
    private static readonly Field<TimeSpan> Limit = Field.WithDefault("timeout", "How long the validator, apply and each request may take.",
        ConfigShapes.Duration(TimeSpan.FromMilliseconds(100), LimitMax, "10s"), "10s");

    private static readonly Field<Uri> AppliedHttp = Field.Required("http", "Address where the running side says what it works with, as JSON.", ConfigShapes.Url("http://127.0.0.1:9000/applied"));
    private static readonly Field<WrittenPath> AppliedJson = Field.Required("json", "Place in its answer.", TargetShapes.Json);
    private static readonly Field<WrittenPath> AppliedEquals = Field.Optional("equals", "Place in the new content whose text must be answered.", TargetShapes.Json, "the SHA-256 of the new content, in hex");
    private static readonly Field<TimeSpan> AppliedWithin = Field.WithDefault("within", "How long it may take to work with the new content.", ConfigShapes.Duration(TimeSpan.FromMilliseconds(100), LimitMax, "10s"), "10s");
    private static readonly Field<AppliedModel> Applied = Field.Optional("applied", "Acknowledgement by the running side, never by the file.",
        ConfigShapes.Map("acknowledgement", [AppliedHttp, AppliedJson, AppliedEquals, AppliedWithin], map => new AppliedModel(
            map.Get(AppliedHttp), map.Get(AppliedJson).Path, map.Optional(AppliedEquals)?.Path, map.Get(AppliedWithin))), "only the watch proves it");

    private static readonly Field<IReadOnlyList<string>> Checks = Field.Required("checks", "Keys of checks of what users see.", ConfigShapes.OneOrMany(ConfigShapes.Text(Kernel.Keys.LengthMax, "shop-page"), ChecksMax));
    private static readonly Field<TimeSpan> For = Field.WithDefault("for", "All of them must be up for this long without a break.", ConfigShapes.Duration(TimeSpan.FromSeconds(1), WindowMax, "30s"), "30s");
    private static readonly Field<int> Results = Field.WithDefault("results", "And by at least this many results of each.", ConfigShapes.Integer(1, 100), "3");
    private static readonly Field<TimeSpan> Settle = Field.WithDefault("settle", "A check that failed before the change may take this long to come up.", ConfigShapes.Duration(TimeSpan.FromSeconds(1), WindowMax, "1m"), "1m");
    private static readonly Field<WatchDraft> Watch = Field.Required("watch", "How a change is proved: one that fails or cannot be told is taken back.",
        ConfigShapes.Map("watch", [Checks, For, Results, Settle], map => new WatchDraft(new WatchModel(
            [.. map.Items(Checks).Select(key => new CheckKey(key)).Distinct()], map.Get(For), map.Get(Results), map.Get(Settle)), map.PlaceOf(Checks))));
    private static readonly Field<IReadOnlyList<GuardModel>> Guards = Field.Optional("guards", "What must hold before anything is written.", ConfigShapes.List(GuardFields.Shape, GuardsMax), "none");

    private static readonly Field<IReadOnlyList<Entry<Draft>>> Targets = Field.Optional("targets",
        "Files that are changed under guard and put back by one press, by key.",
        ConfigShapes.Named("target", "target", ConfigShapes.Map("target", [Service, File, Secret, Validate, Apply, Reload, Limit, Applied, Watch, Guards], Build), TargetsMax), "none");

    public IReadOnlyList<Field> Keys { get; } = [Targets];

    public object Build(ConfigDraft draft)
    {
        var entries = draft.Root.Items(Targets);
        var checks = entries.Count > 0 ? ChecksSection.KeysOf(draft) : [];
        foreach (var entry in entries)
        {
            foreach (var check in entry.Value.Model.Watch.Checks.Where(check => !checks.Contains(check.Value)))
            {
                draft.Unknown(entry.Value.Checks, $"targets.{entry.Key}.watch.checks", "check", check.Value, checks);
            }
            if (entry.Value.Model.Applied is null)
                draft.Warn(entry.Place, $"targets.{entry.Key} has no applied:, so that only the watch can tell whether the running side took a change");
        }
        foreach (var twice in entries.GroupBy(entry => entry.Value.Model.File, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            draft.Error(twice.ElementAt(1).Place, $"targets.{twice.ElementAt(1).Key} has the same file as targets.{twice.First().Key}, expected one target for each file");
        }
        var models = entries.Select(entry => entry.Value.Model with { Key = new TargetKey(entry.Key) }).ToList();
        return new TargetsModel(models.ToFrozenDictionary(model => model.Key), [.. models.Select(model => model.Key)]);
    }

    public IEnumerable<ConfigItem> Items(object model)
    {
        var targets = (TargetsModel)model;
        return targets.Order.Select(key => targets.Targets[key]).Select(target => new ConfigItem("targets", target.Key.Value,
            ("file", target.File), ("service", target.Service.Value), ("guards", $"{target.Guards.Count}"), ("window", Durations.InWords(target.Watch.For))));
    }

    private static Draft? Build(ConfigMap map)
    {
        if (map.Has(Apply) && map.Has(Reload))
        {
            map.Error(Reload, "stands beside apply:, expected only one of the two");
            return null;
        }
        if (map.Has(Validate) && !map.Items(Validate).Any(argument => argument.Contains("{file}", StringComparison.Ordinal)))
        {
            map.Error(Validate, "has no {file}, so it would not look at the candidate; put it where the validator expects the path");
            return null;
        }
        return new Draft(new TargetModel
        {
            Key = default, Service = map.Get(Service), File = map.Get(File), IsSecret = map.Get(Secret), Validate = map.Items(Validate),
            Apply = map.Items(Apply), Reload = map.Optional(Reload), Timeout = map.Get(Limit), Applied = map.Optional(Applied),
            Watch = map.Get(Watch).Model, Guards = map.Items(Guards),
        }, map.Get(Watch).Checks);
    }
}
