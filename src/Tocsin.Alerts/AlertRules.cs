using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Alerts;

/// <summary>What a fact asks of the alerts. Closed hierarchy.</summary>
internal abstract record AlertSignal
{
    private AlertSignal() { }

    /// <summary>The problem is there.</summary>
    internal sealed record Fire(
        string DedupKey, ServiceKey? Service, CheckKey? Check, string Title, string Detail, Severity Severity, string Facet,
        DateTimeOffset StartedAt) : AlertSignal;

    /// <summary>The problem is gone; nothing happens when it was not there.</summary>
    internal sealed record End(string DedupKey, DateTimeOffset EndedAt) : AlertSignal;
}

/// <summary>Which facts are problems, and how bad they are. Pure.</summary>
internal static class AlertRules
{
    private const int TitleLengthMax = 200;

    /// <returns>Signals in the order in which they apply; empty for facts that are no problem.</returns>
    public static IReadOnlyList<AlertSignal> Read(JournalEntry entry, Revision revision) => entry.Fact switch
    {
        CheckDown down => [OfCheck(down.Check, down.Service, down.Text, down.Reason, down.Target, down.FirstFailedAt, isDown: true, revision)],
        CheckDegraded slow => [OfCheck(slow.Check, slow.Service, slow.Text, slow.Reason, slow.Target, slow.FirstFailedAt, isDown: false, revision)],
        // Its single changes are no longer written: without this, the last one might have been "up" and nobody would know.
        CheckFlapping flapping => [OfCheck(flapping.Check, flapping.Service, $"changed its mind {flapping.ChangesInHour} times in an hour", "flapping",
            flapping.Check.Value, entry.At, isDown: true, revision)],
        CheckUp up => [new AlertSignal.End(KeyOf(up.Check), up.UpSince)],
        // While blind nothing could be sent; when sight returns people learn that nobody watched, and for how long.
        ProberSighted sighted =>
        [
            new AlertSignal.Fire("server/blind", null, null, $"Tocsin could not see out for {InWords(sighted.BlindForMs)}",
                $"No target is blamed for that time. {sighted.Evidence}", Severity.Sev3, "server", sighted.Since),
            new AlertSignal.End("server/blind", entry.At),
        ],
        PageFailed { Final: true } failed => [new AlertSignal.Fire($"server/paging/{failed.Method}/{failed.Person}", null, null,
            $"{revision.Catalog.NameOf(failed.Person)} could not be paged by {failed.Method}", failed.Reason, Severity.Sev3, "server", entry.At)],
        PageSent sent => [new AlertSignal.End($"server/paging/{sent.Method}/{sent.Person}", entry.At)],
        ReaderSkipped skipped => [new AlertSignal.Fire($"server/reader/{skipped.Reader}", null, null,
            $"Tocsin skipped an entry that it could not handle ({skipped.Reader}, {skipped.EntryKind})", skipped.Error, Severity.Sev3, "server",
            entry.At)],
        ConfigRefused refused => [new AlertSignal.Fire("server/config", null, null, "The changed configuration was refused",
            $"Revision {refused.InForce} stays in force. {refused.FirstError}", Severity.Sev4, "server", entry.At)],
        ChangeStuck stuck => [new AlertSignal.Fire(KeyOf(stuck.Target), stuck.Service, null, Shortened(stuck.Text),
            $"{stuck.Change} of {stuck.Target} ended neither confirmed nor taken back.", Severity.Sev2, "", entry.At)],
        ChangeConfirmed confirmed => [new AlertSignal.End(KeyOf(confirmed.Target), entry.At)],
        ChangeReverted reverted => [new AlertSignal.End(KeyOf(reverted.Target), entry.At)],
        ConfigApplied => [new AlertSignal.End("server/config", entry.At)],
        SwitchFailed failed => [new AlertSignal.Fire($"server/switch/{failed.Failover}", failed.Service, null,
            $"{revision.Catalog.NameOf(failed.Service)}: the switch does not listen on {failed.Address}", failed.Why, Severity.Sev2, "server", entry.At)],
        SwitchListening listening => [new AlertSignal.End($"server/switch/{listening.Failover}", entry.At)],
        FailoverUnproved unproved => [new AlertSignal.Fire($"server/failover/{unproved.Failover}", unproved.Service, null,
            $"{revision.Catalog.NameOf(unproved.Service)}: traffic was moved, and nothing answers through the switch", unproved.Why, Severity.Sev2, "server",
            entry.At)],
        FailoverMoved moved => [new AlertSignal.End($"server/failover/{moved.Failover}", entry.At)],
        // Whoever stopped the automatic actions may have forgotten it: they act again from now on.
        HoldEnded { Expired: true } hold =>
        [
            new AlertSignal.Fire("server/hold", null, null, $"Automatic actions are free again: the hold of {hold.Owner} has run out",
                $"It was set because: {hold.Why}", Severity.Sev3, "server", entry.At),
            new AlertSignal.End("server/hold", entry.At),
        ],
        _ => [],
    };

    /// <summary>Alerts that nothing but a person ends: they tell of a moment, not of a state.</summary>
    public static bool EndsByAPersonsWord(string dedupKey) => dedupKey.StartsWith("server/reader/", StringComparison.Ordinal)
        || dedupKey.StartsWith("target/", StringComparison.Ordinal);

    public static string KeyOf(CheckKey check) => $"check/{check}";
    private static string KeyOf(TargetKey target) => $"target/{target}";
    private static string Shortened(string title) => title.Length <= TitleLengthMax ? title : title[..TitleLengthMax];

    private static AlertSignal.Fire OfCheck(CheckKey check, ServiceKey service, string text, string reason, string target,
        DateTimeOffset firstFailedAt, bool isDown, Revision revision)
    {
        var model = revision.Get<ChecksModel>().Checks.GetValueOrDefault(check);
        var worst = model?.Severity ?? Severity.Sev2;
        var title = $"{revision.Catalog.NameOf(service)}: {text}";
        return new AlertSignal.Fire(KeyOf(check), service, check, Shortened(title),
            $"{target}: {text} ({reason})", isDown || worst > Severity.Sev3 ? worst : Severity.Sev3, FacetOf(model), firstFailedAt);
    }

    private static string FacetOf(CheckModel? model) => model?.Probe switch
    {
        ProbeSpec.Http http => $"host:{http.Url.Host}",
        ProbeSpec.Tcp tcp => $"host:{tcp.Host}",
        ProbeSpec.Tls tls => $"host:{tls.Host}",
        _ => "",
    };

    private static string InWords(long ms) => ms < 120_000 ? $"{ms / 1000} s" : $"{ms / 60_000} min";
}
