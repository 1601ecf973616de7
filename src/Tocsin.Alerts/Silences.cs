using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Alerts;

/// <summary>Somebody asked for quiet about a service or check over [StartsAt, EndsAt).</summary>
/// <param name="Service">Null covers every service.</param>
/// <param name="Check">Null covers every check of the service.</param>
public sealed record Silence(
    long Id, ServiceKey? Service, CheckKey? Check, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string Why, string SetBy)
{
    public bool Covers(ServiceKey? service, CheckKey? check) =>
        (Service is null || Service == service) && (Check is null || Check == check);
}

/// <summary>Silences as people set them. Alerts stay visible; only incidents and pages wait.</summary>
public sealed class Silences(IStore store, TimeProvider clock)
{
    public static readonly TimeSpan LongestSilence = TimeSpan.FromDays(30);
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromMinutes(1);
    private const int WhyLengthMax = 300;

    /// <returns>The silence, or why it is refused.</returns>
    public async Task<Parsed<Silence>> SetAsync(
        ServiceKey? service, CheckKey? check, TimeSpan length, string why, Actor by, CancellationToken cancellation = default)
    {
        if (length < ShortestSilence || length > LongestSilence) return Parsed<Silence>.Bad("a silence lasts from 1 minute to 30 days");
        if (why.Trim() is not { Length: > 0 and <= WhyLengthMax } reason) return Parsed<Silence>.Bad("say why, in 1 to 300 characters");
        var now = clock.GetUtcNow();
        return await store.WriteAsync<Parsed<Silence>>(async tx =>
        {
            var id = await tx.InsertAsync("""
                insert into alerts_silence (service, check_key, starts_at, ends_at, why, set_by)
                values (@service, @check, @from, @until, @reason, @by) returning id
                """, new
            {
                service = service?.Value,
                check = check?.Value,
                from = now.ToUnixTimeMilliseconds(),
                until = (now + length).ToUnixTimeMilliseconds(),
                reason,
                by = by.Text,
            });
            tx.Append(new SilenceSet(id, service, check, now + length, reason, Ended: false), now, by);
            return new Silence(id, service, check, now, now + length, reason, by.Text);
        }, cancellation: cancellation);
    }

    /// <returns>False when it had ended already.</returns>
    public Task<bool> EndAsync(long id, Actor by, CancellationToken cancellation = default)
    {
        var now = clock.GetUtcNow();
        return store.WriteAsync(async tx =>
        {
            var silence = (await ActiveAsync(tx, now)).FirstOrDefault(active => active.Id == id);
            if (silence is null) return false;
            await tx.ExecuteAsync("update alerts_silence set ended_early_at = @at where id = @id",
                new { at = now.ToUnixTimeMilliseconds(), id });
            tx.Append(new SilenceSet(id, silence.Service, silence.Check, now, silence.Why, Ended: true), now, by);
            return true;
        }, cancellation: cancellation);
    }

    public Task<IReadOnlyList<Silence>> ActiveAsync(CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await ActiveAsync(tx, clock.GetUtcNow()), cancellation);

    /// <summary>Those in force at a moment, for use inside a unit.</summary>
    public static async Task<IReadOnlyList<Silence>> ActiveAsync(IReadTx tx, DateTimeOffset now)
    {
        var rows = await tx.QueryAsync<SilenceRow>("""
            select id, service, check_key, starts_at, ends_at, why, set_by from alerts_silence
            where starts_at <= @now and ends_at > @now and ended_early_at is null order by id
            """, new { now = now.ToUnixTimeMilliseconds() });
        return [.. rows.Select(row => row.ToSilence())];
    }

    private sealed class SilenceRow
    {
        public long Id { get; init; }
        public string? Service { get; init; }
        public string? CheckKey { get; init; }
        public long StartsAt { get; init; }
        public long EndsAt { get; init; }
        public string Why { get; init; } = "";
        public string SetBy { get; init; } = "";

        public Silence ToSilence() => new(Id, Service is null ? null : new ServiceKey(Service),
            CheckKey is null ? null : new CheckKey(CheckKey), DateTimeOffset.FromUnixTimeMilliseconds(StartsAt),
            DateTimeOffset.FromUnixTimeMilliseconds(EndsAt), Why, SetBy);
    }
}
