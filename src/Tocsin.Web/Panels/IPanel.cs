namespace Tocsin.Web;

/// <summary>Where a panel stands on a wide screen; on a phone the columns follow one another.</summary>
public enum PanelColumn { What = 0, Story = 1, Why = 2 }

/// <summary>What a later module adds to the page of an earlier module's noun.</summary>
/// <typeparam name="TId">Identity of the noun: an incident, a service, a check.</typeparam>
public interface IPanel<TId>
{
    /// <summary>Heading, sentence case.</summary>
    string Title { get; }

    /// <summary>Position within the column; smaller is higher. Unique among the panels of one noun.</summary>
    int Order { get; }

    PanelColumn Column { get; }

    /// <summary>A component with a parameter <c>Data</c> of the type that <see cref="LoadAsync"/> answers. It loads nothing itself.</summary>
    Type Component { get; }

    /// <returns>What the component shows; null when there is nothing to show and the panel is left out.</returns>
    ValueTask<object?> LoadAsync(TId id, CancellationToken cancellation);
}
