using Tocsin.Kernel;

namespace Tocsin.OnCall;

/// <summary>A way to wake somebody.</summary>
/// <param name="Name">Such as <c>mail</c>, without the address.</param>
/// <param name="TestedAt">When a self-test page last got through; null when none ever did.</param>
public sealed record ReachMethod(string Name, DateTimeOffset? TestedAt);

/// <summary>Whether people can be woken. Answered by whoever knows their contact methods.</summary>
public interface IReachability
{
    /// <returns>The methods of everybody who is configured, in the order in which they are used; an empty list is somebody whom no page reaches.</returns>
    Task<IReadOnlyDictionary<PersonKey, IReadOnlyList<ReachMethod>>> AllAsync(CancellationToken cancellation);
}
