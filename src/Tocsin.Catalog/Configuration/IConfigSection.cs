using Tocsin.Kernel;

namespace Tocsin.Catalog.Configuration;

/// <summary>What one module wants to know from the configuration, and the model it makes of it.</summary>
/// <remarks>
/// Pass 1 reads every key of every section by its <see cref="Field"/> and collects the names. Then names are resolved through
/// one table, and each section builds its model, which is also where rules between keys are said. Stateless.
/// </remarks>
public interface IConfigSection
{
    /// <summary>Its keys at the top of the file; none is required, because a small file leaves most sections out.</summary>
    IReadOnlyList<Field> Keys { get; }

    /// <summary>Keys that it adds to every service.</summary>
    IReadOnlyList<Field> ServiceKeys => [];

    /// <summary>Names that are there without being configured, such as the policy <c>default</c>.</summary>
    IReadOnlyList<(string Kind, string Name)> KnownNames => [];

    /// <summary>Makes the model. Runs also when something else is wrong, so that all errors come at once; the model is then thrown away.</summary>
    object Build(ConfigDraft draft);

    /// <summary>What a person would name when telling what changed.</summary>
    IEnumerable<ConfigItem> Items(object model) => [];
}

/// <param name="Kind">In the plural: "services", "checks".</param>
/// <param name="Properties">What is worth a word when it changes; never a secret.</param>
public sealed record ConfigItem(string Kind, string Key, params IReadOnlyList<(string Name, string Text)> Properties);

/// <summary>A service as far as it was read; every section takes its own keys from it.</summary>
/// <param name="Place">Of the key.</param>
public sealed record ServiceDraft(ServiceKey Key, Place Place, ConfigMap Keys);

/// <summary>Everything that was read, for sections that build their models.</summary>
public sealed class ConfigDraft
{
    private readonly ConfigContext context;

    internal ConfigDraft(ConfigMap root, IReadOnlyList<ServiceDraft> services, ConfigContext context) =>
        (Root, Services, this.context) = (root, services, context);

    /// <summary>The keys at the top of the file.</summary>
    public ConfigMap Root { get; }

    /// <summary>Services that could be read, in the order of the file.</summary>
    public IReadOnlyList<ServiceDraft> Services { get; }

    /// <summary>Whether a name is configured, right or wrong.</summary>
    public bool Knows(string kind, string name) => context.Names.Knows(kind, name);

    /// <summary>Where a name was given; null when it is not known or always there.</summary>
    public Place? PlaceOf(string kind, string name) => context.Names.PlaceOf(kind, name);

    /// <returns>", did you mean 'x'?", the first of what is known, or nothing.</returns>
    public string Meant(string written, IReadOnlyCollection<string> known) =>
        context.Diagnostics.MaySuggest && Suggestion.InWords(written, known) is { Length: > 0 } meant ? meant
        : known.Count == 0 ? "; there is none" : $", expected one of {string.Join(", ", known.Take(5).Select(Shown.Quoted))}{(known.Count > 5 ? " …" : "")}";

    public void Error(Place place, string text) => context.Diagnostics.Error(place, text);

    /// <summary>Says that a name is not known, and what was probably meant: for names that no single key gives, such as those of checks.</summary>
    public void Unknown(Place place, string path, string kind, string name, IReadOnlyCollection<string> known) =>
        Error(place, $"{path} names the {kind} {Shown.Quoted(name)}, which is not configured{Meant(name, known)}");

    public void Warn(Place place, string text) => context.Diagnostics.Warn(place, text);
}
