using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Recovery.Moving;

/// <summary>Where a switch stands, as the database has it.</summary>
/// <param name="Move">Number of the last move; 0 before the first.</param>
/// <param name="IsSettled">The last move is proved.</param>
/// <param name="Said">Refusals of this outage that were said already, one signature a line.</param>
internal sealed record Standing(FailoverKey Failover, TrafficSide Active, long Move, bool IsSettled, string Said)
{
    public static Standing First(FailoverKey failover) => new(failover, TrafficSide.Primary, 0, true, "");
    public TrafficSide Other => Active == TrafficSide.Primary ? TrafficSide.Standby : TrafficSide.Primary;
}

/// <summary>One move, decided and perhaps proved. Times are of <see cref="SteadyTime"/>.</summary>
internal sealed record MoveRecord(
    FailoverKey Failover, long Move, ServiceKey Service, TrafficSide From, TrafficSide To, bool IsAutomatic, string Why, Actor By, DateTimeOffset DecidedAt,
    bool IsSaidUnproved);

/// <summary>A move that a person is asked about.</summary>
/// <param name="Move">The last move when it was made.</param>
public sealed record Proposal(long Id, FailoverKey Failover, long Move, TrafficSide To, string Why, DateTimeOffset MadeAt);

/// <summary>The SQL of moves and proposals.</summary>
internal static class MoveStore
{
    public static async Task<Standing> StandingAsync(IReadTx tx, FailoverKey failover) =>
        (await tx.FirstAsync<StandingRow>("select failover, active, move, settled, said from recovery_failover where failover = @Value", new { failover.Value }))
        ?.ToStanding() ?? Standing.First(failover);

    /// <summary>Sets where traffic goes. Takes place only when the last move is still the one that was looked at, and settled.</summary>
    /// <returns>False when somebody else moved it meanwhile.</returns>
    public static async Task<bool> TurnAsync(ITx tx, Standing from)
    {
        var args = new { from.Failover.Value, to = (long)from.Other, from.Move, next = from.Move + 1 };
        if (from.Move == 0 && await tx.ExecuteAsync("""
            insert into recovery_failover (failover, active, move, settled, said) values (@Value, @to, @next, 0, '')
            on conflict (failover) do nothing
            """, args) == 1) return true;
        return await tx.ExecuteAsync("""
            update recovery_failover set active = @to, move = @next, settled = 0, said = ''
            where failover = @Value and move = @Move and settled = 1
            """, args) == 1;
    }

    public static Task<int> InsertAsync(ITx tx, MoveRecord move) => tx.ExecuteAsync("""
        insert into recovery_move (failover, move, service, from_side, to_side, automatic, why, decided_by, decided_at)
        values (@failover, @Move, @service, @from, @to, @automatic, @Why, @by, @at)
        """, new
    {
        failover = move.Failover.Value,
        move.Move,
        service = move.Service.Value,
        from = (long)move.From,
        to = (long)move.To,
        automatic = move.IsAutomatic ? 1L : 0,
        move.Why,
        by = move.By.Text,
        at = move.DecidedAt.ToUnixTimeMilliseconds(),
    });

    /// <summary>The last move of a failover; null before the first.</summary>
    public static async Task<MoveRecord?> LastAsync(IReadTx tx, FailoverKey failover) => (await tx.FirstAsync<MoveRow>("""
        select failover, move, service, from_side, to_side, automatic, why, decided_by, decided_at, unproved_at from recovery_move
        where failover = @Value order by move desc limit 1
        """, new { failover.Value }))?.ToRecord();

    /// <summary>When traffic of the service moved by itself last.</summary>
    public static async Task<DateTimeOffset?> LastAutomaticAsync(IReadTx tx, ServiceKey service) =>
        await tx.FirstAsync<long?>("select max(decided_at) from recovery_move where service = @Value and automatic = 1", new { service.Value }) is { } at
            ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    public static async Task<bool> SettleAsync(ITx tx, FailoverKey failover, long move, DateTimeOffset at)
    {
        var args = new { failover.Value, move, at = at.ToUnixTimeMilliseconds() };
        if (await tx.ExecuteAsync("update recovery_failover set settled = 1 where failover = @Value and move = @move and settled = 0", args) == 0) return false;
        await tx.ExecuteAsync("update recovery_move set proved_at = @at where failover = @Value and move = @move", args);
        return true;
    }

    public static async Task<bool> SayUnprovedAsync(ITx tx, FailoverKey failover, long move, DateTimeOffset at) => await tx.ExecuteAsync("""
        update recovery_move set unproved_at = @at where failover = @Value and move = @move and proved_at is null and unproved_at is null
        """, new { failover.Value, move, at = at.ToUnixTimeMilliseconds() }) == 1;

    public static Task<int> RememberSaidAsync(ITx tx, FailoverKey failover, string said) => tx.ExecuteAsync("""
        insert into recovery_failover (failover, active, move, settled, said) values (@Value, 0, 0, 1, @said)
        on conflict (failover) do update set said = excluded.said
        """, new { failover.Value, said });

    public static async Task<Proposal?> OpenProposalAsync(IReadTx tx, FailoverKey failover) => (await tx.FirstAsync<ProposalRow>("""
        select id, failover, move, to_side, why, made_at from recovery_proposal where failover = @Value and ended_at is null
        """, new { failover.Value }))?.ToProposal();

    public static Task<long> ProposeAsync(ITx tx, FailoverKey failover, long move, TrafficSide to, string why, DateTimeOffset at) => tx.InsertAsync("""
        insert into recovery_proposal (failover, move, to_side, why, made_at) values (@Value, @move, @to, @why, @at) returning id
        """, new { failover.Value, move, to = (long)to, why, at = at.ToUnixTimeMilliseconds() });

    public static Task<int> EndProposalAsync(ITx tx, long id, DateTimeOffset at) => tx.ExecuteAsync(
        "update recovery_proposal set ended_at = @at where id = @id and ended_at is null", new { id, at = at.ToUnixTimeMilliseconds() });

    private sealed class StandingRow
    {
        public string Failover { get; init; } = "";
        public long Active { get; init; }
        public long Move { get; init; }
        public long Settled { get; init; }
        public string Said { get; init; } = "";
        public Standing ToStanding() => new(new FailoverKey(Failover), (TrafficSide)Active, Move, Settled != 0, Said);
    }

    private sealed class MoveRow
    {
        public string Failover { get; init; } = "";
        public long Move { get; init; }
        public string Service { get; init; } = "";
        public long FromSide { get; init; }
        public long ToSide { get; init; }
        public long Automatic { get; init; }
        public string Why { get; init; } = "";
        public string DecidedBy { get; init; } = "";
        public long DecidedAt { get; init; }
        public long? UnprovedAt { get; init; }

        public MoveRecord ToRecord() => new(new FailoverKey(Failover), Move, new ServiceKey(Service), (TrafficSide)FromSide, (TrafficSide)ToSide,
            Automatic != 0, Why, new Actor(DecidedBy), DateTimeOffset.FromUnixTimeMilliseconds(DecidedAt), UnprovedAt is not null);
    }

    private sealed class ProposalRow
    {
        public long Id { get; init; }
        public string Failover { get; init; } = "";
        public long Move { get; init; }
        public long ToSide { get; init; }
        public string Why { get; init; } = "";
        public long MadeAt { get; init; }
        public Proposal ToProposal() => new(Id, new FailoverKey(Failover), Move, (TrafficSide)ToSide, Why, DateTimeOffset.FromUnixTimeMilliseconds(MadeAt));
    }
}
