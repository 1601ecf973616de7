namespace Tocsin.Web.Components;

/// <summary>One day of one service.</summary>
/// <param name="Worst">The worst state worth a bar; null: no data.</param>
public readonly record struct DayBar(DateOnly On, ShownState? Worst);
