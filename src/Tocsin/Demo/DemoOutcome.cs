namespace Tocsin.Demo;

/// <summary>What came of breaking or mending, for people and for programs.</summary>
/// <param name="Fault">The key that was asked for, also when there is no such fault.</param>
public sealed record DemoOutcome(string Fault, DemoReason Reason)
{
    /// <summary>Word for programs and URLs, such as <c>already-broken</c>.</summary>
    public string Word => Reason switch
    {
        DemoReason.Broken => "broken",
        DemoReason.AlreadyBroken => "already-broken",
        DemoReason.Mended => "mended",
        DemoReason.AlreadyWhole => "already-whole",
        DemoReason.NotRunning => "not-running",
        DemoReason.Frozen => "frozen",
        DemoReason.Failed => "failed",
        DemoReason.Unknown => "unknown",
    };

    public string Text => Reason switch
    {
        DemoReason.Broken or DemoReason.Mended when Fault == DemoFault.Harmless.Key => "Done. The change is recorded, and nobody must be paged.",
        DemoReason.AlreadyBroken or DemoReason.AlreadyWhole when Fault == DemoFault.Harmless.Key => "Nothing to do, it is like that already.",
        DemoReason.Broken => $"Done. {Effect}",
        DemoReason.AlreadyBroken => $"Nothing to do, this is broken already. {Effect}",
        DemoReason.Mended => "Mended. Tocsin will see it at the next checks and tell everyone who was paged.",
        DemoReason.AlreadyWhole => "Nothing to do, this is not broken.",
        DemoReason.NotRunning => "Not possible while that part of the shop is stopped: start it again first.",
        DemoReason.Frozen => "Not possible while that part of the shop is frozen: let it go on first.",
        DemoReason.Failed => "It did not work: the part of the shop gave no answer. Stop the demo and start it again.",
        DemoReason.Unknown => $"There is no such fault. Known are {string.Join(", ", DemoFault.All.Select(fault => fault.Key))}.",
    };

    /// <summary>HTTP status: the wish holds, cannot be granted now, could not be carried out, means nothing.</summary>
    public int Status => Reason switch
    {
        DemoReason.Broken or DemoReason.AlreadyBroken or DemoReason.Mended or DemoReason.AlreadyWhole => StatusCodes.Status200OK,
        DemoReason.NotRunning or DemoReason.Frozen => StatusCodes.Status409Conflict,
        DemoReason.Failed => StatusCodes.Status502BadGateway,
        DemoReason.Unknown => StatusCodes.Status404NotFound,
    };

    private string Effect => DemoFault.Find(Fault)?.Effect ?? "";

    /// <summary>Shape: <c>fault.word</c>, what a redirect carries so that the page can say it.</summary>
    public string ToQuery() => $"{Fault}.{Word}";

    /// <returns>Null for anything that <see cref="ToQuery"/> does not write for a known fault.</returns>
    public static DemoOutcome? FromQuery(string? query)
    {
        if (query?.Split('.') is not [var fault, var word] || DemoFault.Find(fault) is null) return null;
        return Enum.GetValues<DemoReason>().Select(reason => new DemoOutcome(fault, reason)).FirstOrDefault(outcome => outcome.Word == word);
    }
}
