using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Paging.Delivery;

/// <summary>What a person decides about a message that a restored backup brought back.</summary>
internal sealed class HeldDesk(IStore store, IHeldIntents held, TimeProvider clock)
{
    /// <summary>Makes it due now. A page whose incident has ended or was taken is overtaken then, not sent.</summary>
    /// <returns>False when it is not held any more.</returns>
    public Task<bool> ReleaseAsync(long id, CancellationToken cancellation) =>
        store.WriteAsync<bool>(async tx => await held.ReleaseAsync(tx, id, clock.GetUtcNow()), cancellation: cancellation);

    /// <summary>Ends it unsent. A page among them is withdrawn aloud.</summary>
    /// <param name="about">As the list showed it; a page is named by it.</param>
    /// <param name="name">Of whoever decided.</param>
    /// <returns>False when it is not held any more.</returns>
    public Task<bool> DropAsync(long id, Subject about, string name, Actor by, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var why = $"{name} dropped it after a restore";
        return store.WriteAsync<bool>(async tx =>
        {
            if (!await held.DropAsync(tx, id, why, now)) return false;
            if (PageOf(about) is not { } pageId
                || await PageStore.FindAsync(tx, pageId) is not { State: PageState.Requested } page) return true;
            await PageStore.SettleAsync(tx, page.Id, PageState.Withdrawn, page.Attempts, null, why);
            tx.Append(new PageWithdrawn(page.Id, page.Incident, page.Person, page.Method, why), now, by);
            return true;
        }, cancellation: cancellation);
    }

    private static PageId? PageOf(Subject about) =>
        about.Text.StartsWith("page/", StringComparison.Ordinal) && Keys.TryParseNumber<PageId>(about.Text[5..], out var id) ? id : null;
}
