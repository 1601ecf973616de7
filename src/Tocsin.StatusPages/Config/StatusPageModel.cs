using Tocsin.Kernel;

namespace Tocsin.StatusPages;

/// <param name="Service">Whose state it shows.</param>
/// <param name="Name">Public name.</param>
public sealed record ComponentModel(ServiceKey Service, string Name, string? Description);

/// <summary>The public page. Without a section: every service is a component.</summary>
public sealed record StatusPageModel
{
    public required string Title { get; init; }
    public string? Intro { get; init; }
    public required IReadOnlyList<ComponentModel> Components { get; init; }
    /// <summary>Directory that receives the page as static files on every change; null is none.</summary>
    public string? WriteTo { get; init; }
}
