using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Server.Tls;

/// <summary>Notices a renewed certificate by reading its files: a watcher of directories does not see what a link leads to.</summary>
internal sealed class CertificateWatch : IPump
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>Both files must stay the same this long: they are replaced one after the other, and do not fit in between.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly ServerCertificate certificate;
    private readonly IRevisions revisions;
    private readonly ILogger<CertificateWatch> log;
    private string handled;
    private string? pending;
    private DateTimeOffset settledAt, due = DateTimeOffset.MinValue;
    private volatile bool isAsked;

    public CertificateWatch(ServerCertificate certificate, IRevisions revisions, ILogger<CertificateWatch> log)
    {
        (this.certificate, this.revisions, this.log) = (certificate, revisions, log);
        handled = certificate.InForce.Fingerprint;
        revisions.Applied += _ => LookNow();
    }

    public string Scope => "certificate";
    public Signal Signal { get; } = new();

    public void LookNow()
    {
        isAsked = true;
        Signal.Set();
    }

    public ValueTask<Next> StepAsync(Lease lease, DateTimeOffset now, CancellationToken cancellation)
    {
        // Every commit wakes every pump: the pace is kept here. A stepped clock does not lengthen it.
        if (isAsked || now >= due || due - now > LookEvery)
        {
            isAsked = false;
            due = Look(now);
        }
        return ValueTask.FromResult(Next.Idle(due));
    }

    /// <returns>When to look again.</returns>
    private DateTimeOffset Look(DateTimeOffset now)
    {
        // Without the section the server goes on as it listens: only a restart changes that.
        if (CertificateFiles.Of(revisions.Current.Get<ServerModel>()) is not { } files) return now + LookEvery;
        var reading = files.Read();
        var seen = reading.TryGet(out var text, out var error) ? text.Fingerprint : error;
        if (seen == handled)
        {
            pending = null;
            return now + LookEvery;
        }
        if (seen != pending) (pending, settledAt) = (seen, now + Settling);
        if (now < settledAt && settledAt - now <= Settling) return settledAt;
        var renewed = text is null ? Parsed<ServedCertificate>.Bad(seen) : ServedCertificate.Of(text, now);
        certificate.Take(renewed);
        Tell();
        (handled, pending) = (seen, null);
        return now + LookEvery;
    }

    private void Tell()
    {
        if (certificate.Refusal is { } why) log.LogError("The changed certificate is refused, the one before stays in force: {Reason}", why);
        else log.LogInformation("A renewed certificate is in force, until {EndsAt}", ServedCertificate.Date(certificate.InForce.EndsAt));
    }
}
