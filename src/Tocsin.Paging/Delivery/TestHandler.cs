using System.Text.Json;
using Tocsin.Catalog;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Delivery;

/// <summary>Sends self-test pages, the same way as a page and only once: whoever asked waits for the answer.</summary>
internal sealed class TestHandler(IStore store, IRevisions revisions, ContactBook contacts, Sender sender, TimeProvider clock) : ILedgerHandler
{
    public const string LedgerKind = "test";

    public string Kind => LedgerKind;
    public int AttemptsMax => 1;

    public async Task<DeliveryOutcome> SendAsync(LedgerItem item, CancellationToken cancellation)
    {
        var id = IdOf(item);
        if (await store.ReadAsync(async tx => await SelfTests.FindAsync(tx, id), cancellation) is not { } test)
        {
            return DeliveryOutcome.Refused("the test is not there any more");
        }
        var methods = await contacts.OfAsync(test.Person, cancellation);
        if (methods.FirstOrDefault(named => SelfTests.MarkOf(named.Method) == test.Mark) is not { } to)
        {
            return DeliveryOutcome.Overtaken("the method was removed before it could be tried");
        }
        var reader = sender.ReaderOf(test.Person, item.IdempotencyKey, clock.GetUtcNow());
        var install = revisions.Current.Catalog.PublicUrl;
        var link = install is null ? null : TestLink.UrlOf(await KeepLinkAsync(id, cancellation), install);
        return await sender.SendAsync(PageMessages.SelfTest(to.Name, install, link, reader), to.Method, cancellation);
    }

    /// <summary>Before it is sent: whoever taps at once must find it.</summary>
    private async Task<string> KeepLinkAsync(long id, CancellationToken cancellation)
    {
        var token = TestLink.NewToken();
        await store.WriteAsync(tx => SelfTests.KeepTokenAsync(tx, id, TestLink.HashOf(token)), cancellation: cancellation);
        return token;
    }

    public async ValueTask SettleAsync(ITx tx, LedgerItem item, DeliveryOutcome outcome, bool isFinal, DateTimeOffset now)
    {
        if (isFinal) await SelfTests.EndAsync(tx, IdOf(item), outcome.Result == DeliveryResult.Delivered, outcome.Text, now);
    }

    private static long IdOf(LedgerItem item) => JsonSerializer.Deserialize<TestPayload>(item.Payload, FactKinds.Json)!.Test;
}
