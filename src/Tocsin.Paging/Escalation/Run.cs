using System.Text.Json;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.OnCall;

namespace Tocsin.Paging.Escalation;

/// <summary>An escalation on its way: a policy as it was when it began, and how far it is.</summary>
/// <param name="Step">Zero-based, the next to be run.</param>
/// <param name="Round">One-based repetition of the policy.</param>
/// <param name="NextAt">On the <see cref="EscalationClock"/>.</param>
/// <param name="BeganAt">On the wall clock, as the moments of its pages.</param>
internal sealed record Run(
    long Id, IncidentId Incident, string Policy, IReadOnlyList<StepModel> Steps, TimeSpan RepeatEvery, int? RoundsMax, int Step, int Round,
    DateTimeOffset NextAt, DateTimeOffset BeganAt)
{
    /// <summary>What the next step waits for at most.</summary>
    public TimeSpan Delay => Step == 0 && Round > 1 ? RepeatEvery : Steps[Step].After;
}

/// <summary>The SQL of escalation runs.</summary>
internal static class RunStore
{
    private const string Columns = "id, incident, policy, steps, repeat_every, rounds_max, step, round, next_at, began_at";

    /// <param name="now">On the wall clock.</param>
    /// <param name="steadyNow">The same moment on the <see cref="EscalationClock"/>.</param>
    public static async Task<Run> BeginAsync(
        ITx tx, IncidentId incident, EscalationPolicyModel policy, DateTimeOffset now, DateTimeOffset steadyNow)
    {
        var next = steadyNow + policy.Steps[0].After;
        var id = await tx.InsertAsync("""
            insert into paging_run (incident, policy, steps, repeat_every, rounds_max, step, round, next_at, state, began_at)
            values (@incident, @Key, @steps, @repeat, @rounds, 0, 1, @next, 'running', @now) returning id
            """, new
        {
            incident = incident.Value,
            policy.Key,
            steps = StepsText.Write(policy.Steps),
            repeat = (long)policy.RepeatEvery.TotalMilliseconds,
            rounds = (long?)policy.RoundsMax,
            next = next.ToUnixTimeMilliseconds(),
            now = now.ToUnixTimeMilliseconds(),
        });
        return new Run(id, incident, policy.Key, policy.Steps, policy.RepeatEvery, policy.RoundsMax, 0, 1, next, now);
    }

    public static async Task<Run?> RunningAsync(IReadTx tx, IncidentId incident) => (await tx.FirstAsync<RunRow>(
        $"select {Columns} from paging_run where incident = @Value and state = 'running'", new { incident.Value }))?.ToRun();

    /// <summary>True when the newest run of an incident ran out of steps.</summary>
    public static async Task<bool> IsExhaustedAsync(IReadTx tx, IncidentId incident) => await tx.FirstAsync<string>(
        "select state from paging_run where incident = @Value order by id desc limit 1", new { incident.Value }) == "exhausted";

    public static async Task<IReadOnlyList<Run>> DueAsync(IReadTx tx, DateTimeOffset now) => [.. (await tx.QueryAsync<RunRow>(
        $"select {Columns} from paging_run where state = 'running' and next_at <= @now order by next_at limit 100",
        new { now = now.ToUnixTimeMilliseconds() })).Select(row => row.ToRun())];

    /// <summary>No step waits longer than its delay from now on: whoever wrote when it is due may have had another clock.</summary>
    public static async Task HoldToDelaysAsync(ITx tx, DateTimeOffset now)
    {
        foreach (var row in await tx.QueryAsync<RunRow>($"select {Columns} from paging_run where state = 'running'"))
        {
            var run = row.ToRun();
            if (run.NextAt > now + run.Delay) await MoveAsync(tx, run, run with { NextAt = now + run.Delay });
        }
    }

    public static Task<int> MoveBeginningsBackAsync(ITx tx, TimeSpan by) => tx.ExecuteAsync(
        "update paging_run set began_at = began_at - @by where state = 'running'", new { by = (long)by.TotalMilliseconds });

    /// <param name="to">Null: it has run out of steps.</param>
    /// <returns>False when somebody else has moved or ended it: it is then not ours to run.</returns>
    public static async Task<bool> MoveAsync(ITx tx, Run from, Run? to) => await tx.ExecuteAsync("""
        update paging_run set step = @Step, round = @Round, next_at = @next, state = @state
        where id = @Id and state = 'running' and step = @wasStep and round = @wasRound
        """, new
    {
        Step = (long)(to ?? from).Step,
        Round = (long)(to ?? from).Round,
        next = (to ?? from).NextAt.ToUnixTimeMilliseconds(),
        state = to is null ? "exhausted" : "running",
        from.Id,
        wasStep = (long)from.Step,
        wasRound = (long)from.Round,
    }) == 1;

    /// <summary>Stops the run of an incident, if one is running.</summary>
    public static Task<int> StopAsync(ITx tx, IncidentId incident) => tx.ExecuteAsync(
        "update paging_run set state = 'stopped' where incident = @Value and state = 'running'", new { incident.Value });

    private sealed class RunRow
    {
        public long Id { get; init; }
        public long Incident { get; init; }
        public string Policy { get; init; } = "";
        public string Steps { get; init; } = "";
        public long RepeatEvery { get; init; }
        public long? RoundsMax { get; init; }
        public long Step { get; init; }
        public long Round { get; init; }
        public long NextAt { get; init; }
        public long BeganAt { get; init; }

        public Run ToRun() => new(Id, new IncidentId(Incident), Policy, StepsText.Read(Steps), TimeSpan.FromMilliseconds(RepeatEvery),
            (int?)RoundsMax, (int)Step, (int)Round, DateTimeOffset.FromUnixTimeMilliseconds(NextAt), DateTimeOffset.FromUnixTimeMilliseconds(BeganAt));
    }
}

/// <summary>Steps as JSON: <c>[{"afterMs":0,"notify":["person/ada","schedule/primary","everyone"]}]</c>.</summary>
internal static class StepsText
{
    private sealed record Stored(long AfterMs, IReadOnlyList<string> Notify);

    public static string Write(IReadOnlyList<StepModel> steps) => JsonSerializer.Serialize(
        steps.Select(step => new Stored((long)step.After.TotalMilliseconds, [.. step.Notify.Select(Word)])), FactKinds.Json);

    public static IReadOnlyList<StepModel> Read(string json) => [.. JsonSerializer.Deserialize<List<Stored>>(json, FactKinds.Json)!
        .Select(step => new StepModel(TimeSpan.FromMilliseconds(step.AfterMs), [.. step.Notify.Select(Target)]))];

    private static string Word(StepTarget target) => target switch
    {
        StepTarget.Person person => $"person/{person.Key}",
        StepTarget.Schedule schedule => $"schedule/{schedule.Key}",
        _ => "everyone",
    };

    private static StepTarget Target(string word) => word.Split('/', 2) switch
    {
        ["person", var key] => new StepTarget.Person(new PersonKey(key)),
        ["schedule", var key] => new StepTarget.Schedule(key),
        _ => new StepTarget.Everyone(),
    };
}
