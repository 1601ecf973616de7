namespace Tocsin.Catalog;

/// <summary>An accepted configuration: every section's model, read together. Immutable.</summary>
public sealed class Revision(string hash, DateTimeOffset appliedAt, string author, IEnumerable<object> sections)
{
    private readonly Dictionary<Type, object> byType = sections.ToDictionary(section => section.GetType());

    /// <summary>First 12 hex digits of the SHA-256 of the text without secrets.</summary>
    public string Hash { get; } = hash;
    public DateTimeOffset AppliedAt { get; } = appliedAt;
    /// <summary>Who changed it: <c>file</c>, <c>signal</c>, or a person's key.</summary>
    public string Author { get; } = author;

    /// <summary>The model of one section, such as <see cref="CatalogModel"/>; every registered section has one.</summary>
    public T Get<T>() where T : class => (T)byType[typeof(T)];

    public CatalogModel Catalog => Get<CatalogModel>();
}

/// <summary>The configuration in force.</summary>
public interface IRevisions
{
    Revision Current { get; }

    /// <summary>Fires after <see cref="Current"/> was replaced.</summary>
    event Action<Revision>? Applied;
}

/// <summary>A configuration that does not change: for tests and for tools.</summary>
public sealed class FixedRevisions(Revision current) : IRevisions
{
    public Revision Current { get; private set; } = current;
    public event Action<Revision>? Applied;
    public void Replace(Revision next) { Current = next; Applied?.Invoke(next); }
}
