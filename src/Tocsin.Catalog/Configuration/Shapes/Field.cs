using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Tocsin.Catalog.Configuration;

/// <summary>One key of a map: its name, meaning, shape and default, stated once for reader, schema and reference.</summary>
public abstract class Field
{
    private protected Field(string name, string meaning, bool isRequired, string? defaultText, string? otherwise) =>
        (Name, Meaning, IsRequired, DefaultText, Otherwise) = (name, meaning, isRequired, defaultText, otherwise);

    public string Name { get; }
    /// <summary>One or two sentences.</summary>
    public string Meaning { get; }
    public bool IsRequired { get; }
    /// <summary>The default as a person would write it; null when there is none or it depends on other keys.</summary>
    public string? DefaultText { get; }
    /// <summary>What holds when the key is not written and there is no <see cref="DefaultText"/>, such as "the key of the service".</summary>
    public string? Otherwise { get; }
    public abstract string Word { get; }
    public abstract JsonObject Schema();

    internal abstract string Expected { get; }
    internal abstract IEnumerable<(string Prefix, Field Field)> Inner { get; }
    internal abstract bool TryRead(ConfigNode node, ConfigContext context, [MaybeNullWhen(false)] out object value);

    public static Field<T> Required<T>(string name, string meaning, Shape<T> shape) where T : notnull =>
        new(name, meaning, shape, isRequired: true, null, null);

    public static Field<T> Optional<T>(string name, string meaning, Shape<T> shape, string? otherwise = null) where T : notnull =>
        new(name, meaning, shape, isRequired: false, null, otherwise);

    /// <param name="defaultText">As a person would write it; read through <paramref name="shape"/> like any other text.</param>
    public static Field<T> WithDefault<T>(string name, string meaning, Shape<T> shape, string defaultText) where T : notnull =>
        new(name, meaning, shape, isRequired: false, defaultText, null);
}

/// <inheritdoc/>
public sealed class Field<T> : Field where T : notnull
{
    private readonly Shape<T> shape;
    private readonly Lazy<T> defaultValue;

    internal Field(string name, string meaning, Shape<T> shape, bool isRequired, string? defaultText, string? otherwise)
        : base(name, meaning, isRequired, defaultText, otherwise)
    {
        this.shape = shape;
        defaultValue = new Lazy<T>(ReadDefault);
    }

    /// <exception cref="InvalidOperationException">The field has no default: a bug.</exception>
    public T Default => defaultValue.Value;

    public override string Word => shape.Word;
    internal override string Expected => shape.Expected;
    internal override IEnumerable<(string Prefix, Field Field)> Inner => shape.Fields;

    public override JsonObject Schema()
    {
        var schema = shape.Schema();
        schema["description"] = Otherwise is null ? Meaning : $"{Meaning} Default: {Otherwise}.";
        if (DefaultText is not null) schema["default"] = shape.DefaultJson(DefaultText);
        return schema;
    }

    internal override bool TryRead(ConfigNode node, ConfigContext context, [MaybeNullWhen(false)] out object value)
    {
        var isRead = shape.TryRead(node, context, out var typed);
        value = typed;
        return isRead && value is not null;
    }

    private T ReadDefault()
    {
        var diagnostics = new DiagnosticList();
        var node = new ConfigNode.Scalar(Place.StartOf("default"), DefaultText ?? throw new InvalidOperationException($"{Name} has no default"));
        return shape.TryRead(node, new ConfigContext(diagnostics), out var value)
            ? value : throw new InvalidOperationException($"the default of {Name} is wrong: {diagnostics.Sorted()[0]}");
    }
}
