namespace Tocsin.Changes;

/// <summary>What a list under <em>What changed</em> shows.</summary>
/// <param name="Until">The moment that was asked about.</param>
public sealed record WhatChangedView(IReadOnlyList<WhatChangedRow> Rows, DateTimeOffset Until);
