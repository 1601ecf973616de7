using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Paging.Delivery;

/// <summary>Where in the journal the cause of something stands.</summary>
internal static class JournalSeq
{
    /// <returns>Seq of the newest fact of a kind about a subject; 0 when there is none.</returns>
    public static async Task<long> LastAsync<TFact>(IReadTx tx, Subject subject) where TFact : Fact =>
        await tx.FirstAsync<long?>("select max(seq) from journal where subject = @Text and kind = @kind",
            new { subject.Text, kind = FactKinds.KindOf<TFact>() }) ?? 0;
}
