using Tocsin.Changes;

namespace Tocsin.Demo;

/// <summary>What a pipeline tells Tocsin when somebody changes the shop.</summary>
/// <param name="Kind">As <see cref="ChangeRequest.Kind"/>.</param>
/// <param name="Service">Key of the service that is changed.</param>
/// <param name="Made">Title when it is made.</param>
/// <param name="Undone">Title when it is put back.</param>
public sealed record DemoChange(string Kind, string Service, string Made, string Undone)
{
    /// <param name="at">Before the change takes effect: what it breaks begins after it.</param>
    public ChangeRequest ToRequest(bool isMade, DateTimeOffset at) =>
        new() { Kind = Kind, Service = Service, Title = isMade ? Made : Undone, Author = "demo pipeline", HappenedAt = at };
}
