namespace Tocsin.Catalog.Configuration;

/// <summary>The values of a map whose keys are known, each read by its field. What is wrong has been said already.</summary>
public sealed class ConfigMap
{
    private readonly Dictionary<Field, (object? Value, ConfigNode Node, int Order)> values;
    private readonly ConfigContext context;

    internal ConfigMap(Place place, ConfigContext context, Dictionary<Field, (object?, ConfigNode, int)> values) =>
        (Place, this.context, this.values) = (place, context, values);

    /// <summary>Nothing written: every key has its default.</summary>
    public static ConfigMap Empty { get; } = new(Place.StartOf(""), new ConfigContext(new DiagnosticList()), []);

    /// <summary>Of the map itself.</summary>
    public Place Place { get; }

    /// <summary>Whether the key is written, right or wrong.</summary>
    public bool Has(Field field) => values.ContainsKey(field);

    /// <summary>Of the value; of the map when the key is not written.</summary>
    public Place PlaceOf(Field field) => values.TryGetValue(field, out var found) ? found.Node.Place : Place;

    /// <summary>Position of the key among those written, from 0; int.MaxValue when it is not.</summary>
    public int OrderOf(Field field) => values.TryGetValue(field, out var found) ? found.Order : int.MaxValue;

    /// <summary>The value, or the default of the field.</summary>
    public T Get<T>(Field<T> field) where T : notnull => Find(field, out var value) ? value : field.Default;

    /// <summary>The value; null when the key is not written.</summary>
    public T? Optional<T>(Field<T> field) where T : class => Find(field, out var value) ? value : null;

    /// <inheritdoc cref="Optional"/>
    public T? OptionalValue<T>(Field<T> field) where T : struct => Find(field, out var value) ? value : null;

    /// <summary>The items; none when the key is not written.</summary>
    public IReadOnlyList<T> Items<T>(Field<IReadOnlyList<T>> field) => Find(field, out var value) ? value : [];

    /// <summary>Says what is wrong with a value that can be read.</summary>
    /// <param name="text">What is wrong and what was expected, after the path and a space.</param>
    public void Error(Field field, string text) =>
        context.Diagnostics.Error(PlaceOf(field), $"{(Has(field) ? context.At(field.Name).Path : context.Path)} {text}");

    /// <inheritdoc cref="Error"/>
    public void Warn(Field field, string text) =>
        context.Diagnostics.Warn(PlaceOf(field), $"{(Has(field) ? context.At(field.Name).Path : context.Path)} {text}");

    private bool Find<T>(Field<T> field, out T value) where T : notnull
    {
        var isFound = values.TryGetValue(field, out var found) && found.Value is not null;
        value = isFound ? (T)found.Value! : default!;
        return isFound;
    }
}
