namespace Tocsin.Checks.Scheduling;

/// <summary>How many probes may be under way: in all, to one host, and to targets that were silent last time.</summary>
/// <remarks>Bulkheads: whatever black-holed targets take is taken from their own share, so that the others keep their
/// interval. Not thread-safe.</remarks>
internal sealed class ProbeGate(int totalMax = ProbeGate.TotalMax, int perHostMax = ProbeGate.PerHostMax)
{
    public const int TotalMax = 2_048;
    public const int PerHostMax = 256;
    private readonly int silentMax = totalMax / 2;

    private readonly Dictionary<string, int> byHost = new(StringComparer.OrdinalIgnoreCase);
    private int silent;

    public int UnderWay { get; private set; }

    /// <param name="isSilent">The target was silent last time: it waits in the narrower lane.</param>
    /// <returns>False when there is no room now.</returns>
    public bool TryEnter(string host, bool isSilent)
    {
        var ofHost = byHost.GetValueOrDefault(host);
        if (UnderWay >= totalMax || ofHost >= perHostMax || (isSilent && silent >= silentMax)) return false;
        byHost[host] = ofHost + 1;
        UnderWay++;
        if (isSilent) silent++;
        return true;
    }

    /// <summary>Gives back what <see cref="TryEnter"/> took, with the same arguments.</summary>
    public void Leave(string host, bool isSilent)
    {
        var left = byHost[host] - 1;
        if (left == 0) byHost.Remove(host);
        else byHost[host] = left;
        UnderWay--;
        if (isSilent) silent--;
    }
}
