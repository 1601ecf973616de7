using Microsoft.Extensions.Logging.Abstractions;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Testing;

namespace Tocsin.Storage.Tests;

/// <summary>What the delivery ledger promises.</summary>
public abstract class LedgerSuite<TEngine> : Suite<TEngine> where TEngine : IEngine, new()
{
    /// <summary>Work handed over by steps, run when the test says so.</summary>
    private sealed class HandRunner : IRunner
    {
        private readonly Queue<Func<CancellationToken, Task>> works = new();

        public int Count => works.Count;
        public void Run(string what, Func<CancellationToken, Task> work) => works.Enqueue(work);

        public async Task RunAllAsync()
        {
            while (works.TryDequeue(out var work)) await work(default);
        }

        public Task StartOne() => works.Dequeue()(default);
    }

    private sealed class Channel(string kind) : ILedgerHandler
    {
        public string Kind => kind;
        public int AttemptsMax { get; init; } = 3;
        public Func<LedgerItem, Task<DeliveryOutcome>> Answer { get; set; } = item => Task.FromResult(DeliveryOutcome.Delivered("250 ok"));
        public Action? OnSettle { get; set; }
        public List<LedgerItem> Sent { get; } = [];
        public List<(string Key, DeliveryResult Result, bool IsFinal)> Settled { get; } = [];

        public Task<DeliveryOutcome> SendAsync(LedgerItem item, CancellationToken cancellation)
        {
            Sent.Add(item);
            return Answer(item);
        }

        public ValueTask SettleAsync(ITx tx, LedgerItem item, DeliveryOutcome outcome, bool isFinal, DateTimeOffset now)
        {
            OnSettle?.Invoke();
            Settled.Add((item.IdempotencyKey, outcome.Result, isFinal));
            tx.Append(Fact(item.Attempt), now, Actor.Tocsin);
            return ValueTask.CompletedTask;
        }
    }

    private readonly FakeClock clock = new(Noon);
    private readonly HandRunner runner = new();
    private readonly Channel mail = new("mail");

    private LedgerPump Pump(IStore? store = null, HandRunner? by = null, params ILedgerHandler[] handlers) =>
        new(store ?? Store, handlers.Length > 0 ? handlers : [mail], by ?? runner, clock, NullLogger<LedgerPump>.Instance);

    private Task EnqueueAsync(string key, bool urgent = true, DateTimeOffset? due = null, string kind = "mail") =>
        Store.WriteAsync(async tx => await tx.EnqueueAsync(new Intent(kind, key, new Subject($"page/{key}"), "{}", due ?? Noon, urgent)));

    private async Task StepAsync(LedgerPump pump) => await pump.StepAsync(Lease, clock.GetUtcNow(), default);

    /// <summary>Claims, sends and settles what is due now.</summary>
    private async Task TurnAsync(LedgerPump pump)
    {
        await StepAsync(pump);
        await runner.RunAllAsync();
        await StepAsync(pump);
    }

    private async Task<string> StateAsync(string key) =>
        (await Store.FirstAsync<string>("select state || ': ' || coalesce(outcome, '') from ledger where idempotency_key = @key", new { key }))!;

    [Fact]
    public async Task StepAsync_DueIntent_IsSentOnceAndSettledWithItsFacts()
    {
        await EnqueueAsync("1");
        await EnqueueAsync("2", due: Noon.AddSeconds(10));
        var pump = Pump();
        await TurnAsync(pump);
        await TurnAsync(pump);
        mail.Sent.Select(item => (item.IdempotencyKey, item.Attempt)).ShouldBe([("1", 1)]);
        mail.Settled.ShouldBe([("1", DeliveryResult.Delivered, true)]);
        (await StateAsync("1")).ShouldBe("delivered: 250 ok");
        (await JournalAsync()).Count.ShouldBe(1);
        (await new DeliveryLedger(Store, clock).StateAsync()).ShouldBe(new LedgerState(1, 0, 0, 0, Noon.AddSeconds(10)));
    }

    [Fact]
    public async Task StepAsync_AttemptThatMayWorkLater_IsRepeatedWithGrowingPausesAndEndsAloud()
    {
        mail.Answer = _ => Task.FromResult(DeliveryOutcome.Retry("451 try later"));
        await EnqueueAsync("1");
        var pump = Pump();
        await TurnAsync(pump);
        (await StateAsync("1")).ShouldBe("due: 451 try later");
        clock.Advance(TimeSpan.FromSeconds(0.9));
        await TurnAsync(pump);
        mail.Sent.Count.ShouldBe(1);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        await TurnAsync(pump);
        mail.Sent.Count.ShouldBe(2);
        clock.Advance(TimeSpan.FromSeconds(1.9));
        await TurnAsync(pump);
        mail.Sent.Count.ShouldBe(2);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        await TurnAsync(pump);
        mail.Settled.Select(settled => settled.IsFinal).ShouldBe([false, false, true]);
        (await StateAsync("1")).ShouldBe("failed: 451 try later");
        (await new DeliveryLedger(Store, clock).StateAsync()).FailedLastDay.ShouldBe(1);
    }

    [Fact]
    public async Task StepAsync_UrgentIntents_GoBeforeOlderOnes()
    {
        for (var number = 0; number < 5; number++) await EnqueueAsync($"news{number}", urgent: false, due: Noon.AddMinutes(-1));
        await EnqueueAsync("page");
        await TurnAsync(Pump());
        mail.Sent[0].IdempotencyKey.ShouldBe("page");
        mail.Sent.Count.ShouldBe(6);
    }

    [Fact]
    public async Task StepAsync_ManySlowMails_LeaveRoomForPages()
    {
        for (var number = 0; number < 70; number++) await EnqueueAsync($"news{number}", urgent: false);
        var pump = Pump();
        await StepAsync(pump);
        runner.Count.ShouldBe(48);
        for (var number = 0; number < 16; number++) await EnqueueAsync($"page{number}");
        await StepAsync(pump);
        runner.Count.ShouldBe(64);
    }

    [Fact]
    public async Task StepAsync_LeaseOfADeadSender_RunsOutAndTheIntentIsTakenOver()
    {
        await EnqueueAsync("1");
        await StepAsync(Pump()); // claims, and is never heard of again
        var other = new HandRunner();
        var pump = Pump(by: other);
        clock.Advance(TimeSpan.FromSeconds(59));
        await StepAsync(pump);
        other.Count.ShouldBe(0);
        clock.Advance(TimeSpan.FromSeconds(1));
        await StepAsync(pump);
        other.Count.ShouldBe(1);
        await other.RunAllAsync();
        await StepAsync(pump);
        mail.Sent.Single().Attempt.ShouldBe(2);
        (await StateAsync("1")).ShouldBe("delivered: 250 ok");
    }

    [Fact]
    public async Task StepAsync_NewerEpoch_TakesLeasedIntentsAtOnceAndTheOldOneSettlesNothing()
    {
        await EnqueueAsync("1");
        var old = Pump();
        await StepAsync(old);
        await using var second = await Engine.OpenAsync([]);
        var other = new HandRunner();
        var pump = Pump(second.Facts, other);
        await pump.StepAsync(second.Owner.Node, clock.GetUtcNow(), default);
        other.Count.ShouldBe(1);
        await runner.RunAllAsync();
        await Should.ThrowAsync<FencedException>(() => StepAsync(old));
        mail.Settled.ShouldBeEmpty();
    }

    [Fact]
    public async Task StepAsync_WallClockJumpsAhead_DoesNotOvertakeAnAttemptUnderWay()
    {
        await EnqueueAsync("1");
        var pump = Pump();
        await StepAsync(pump);
        clock.Jump(TimeSpan.FromHours(2));
        await StepAsync(pump);
        runner.Count.ShouldBe(1);
    }

    [Fact]
    public async Task StepAsync_WallClockSetBack_SendsWhatWasDueWithoutWaitingForTheOldTime()
    {
        var pump = Pump();
        await StepAsync(pump);
        await EnqueueAsync("1", due: Noon.AddSeconds(1));
        clock.Jump(TimeSpan.FromHours(-2));
        await StepAsync(pump);
        clock.Advance(TimeSpan.FromSeconds(1));
        await TurnAsync(pump);
        mail.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task StepAsync_HandlerThatCannotWriteItsOutcome_EndsAloudAndHoldsUpNobody()
    {
        await EnqueueAsync("1");
        await EnqueueAsync("2");
        mail.OnSettle = () => throw new InvalidOperationException(mail.Sent.Count > 0 && mail.Settled.Count == 0 ? "a bug" : "again");
        await TurnAsync(Pump());
        (await StateAsync("1")).ShouldBe("failed: Delivered, but could not be accounted for: a bug");
        (await StateAsync("2")).ShouldStartWith("failed: ");
    }

    [Fact]
    public async Task StepAsync_HandlerThatThrows_IsTriedAgain()
    {
        mail.Answer = item => item.Attempt == 1 ? throw new InvalidOperationException("a bug") : Task.FromResult(DeliveryOutcome.Delivered("ok"));
        await EnqueueAsync("1");
        var pump = Pump();
        await TurnAsync(pump);
        (await StateAsync("1")).ShouldBe("due: unexpected: InvalidOperationException: a bug");
        clock.Advance(TimeSpan.FromSeconds(1));
        await TurnAsync(pump);
        (await StateAsync("1")).ShouldBe("delivered: ok");
    }

    [Fact]
    public async Task StepAsync_AttemptWithoutEnd_IsGivenUpAndTriedAgain()
    {
        mail.Answer = _ => new TaskCompletionSource<DeliveryOutcome>().Task;
        await EnqueueAsync("1");
        var pump = Pump();
        await StepAsync(pump);
        var attempt = runner.StartOne();
        clock.Advance(TimeSpan.FromSeconds(45));
        await attempt;
        await StepAsync(pump);
        (await StateAsync("1")).ShouldBe("due: no answer within 45 s");
    }

    [Fact]
    public async Task StepAsync_KindWithoutAHandler_EndsAloud()
    {
        await EnqueueAsync("1", kind: "pigeon");
        await TurnAsync(Pump());
        (await StateAsync("1")).ShouldBe("failed: this program cannot send 'pigeon'");
    }

    [Fact]
    public async Task WithdrawAsync_WaitingIntent_IsNotSent()
    {
        await EnqueueAsync("1");
        (await WithdrawAsync("1")).ShouldBe(1);
        await TurnAsync(Pump());
        mail.Sent.ShouldBeEmpty();
        (await StateAsync("1")).ShouldBe("withdrawn: acknowledged");
    }

    [Fact]
    public async Task WithdrawAsync_DuringAnAttempt_NoOtherFollows()
    {
        mail.Answer = _ => Task.FromResult(DeliveryOutcome.Retry("451 try later"));
        await EnqueueAsync("1");
        var pump = Pump();
        await StepAsync(pump);
        (await WithdrawAsync("1")).ShouldBe(0);
        await runner.RunAllAsync();
        await StepAsync(pump);
        (await StateAsync("1")).ShouldBe("withdrawn: acknowledged");
        mail.Settled.ShouldBe([("1", DeliveryResult.Overtaken, true)]);
    }

    [Fact]
    public async Task WithdrawAsync_DuringAnAttemptWhoseProcessEnds_NoOtherFollows()
    {
        await EnqueueAsync("1");
        await StepAsync(Pump());
        await WithdrawAsync("1");
        clock.Advance(TimeSpan.FromSeconds(61));
        await runner.RunAllAsync();
        mail.Sent.Clear();
        await TurnAsync(Pump());
        mail.Sent.ShouldBeEmpty();
        mail.Settled.ShouldBe([("1", DeliveryResult.Overtaken, true)]);
        (await StateAsync("1")).ShouldBe("withdrawn: acknowledged");
    }

    private async Task<int> WithdrawAsync(string key) => await Store.WriteAsync(async tx =>
        await new DeliveryLedger(Store, clock).WithdrawAsync(tx, "mail", new Subject($"page/{key}"), "acknowledged", clock.GetUtcNow()));

    [Fact]
    public async Task StepAsync_CrashAtEveryAwait_LosesNoIntentAndRepeatsAtMostOnce()
    {
        for (var at = 0; ; at++)
        {
            mail.Sent.Clear();
            var key = $"c{at}";
            await EnqueueAsync(key, due: clock.GetUtcNow());
            var points = new CrashPoints(at);
            var first = Pump(new CrashingStore(Store, points));
            try
            {
                await TurnAsync(first);
            }
            catch (CrashException) { /* the process is gone; its work in memory with it */ }
            await runner.RunAllAsync(); // an attempt that had left the process reaches its receiver
            clock.Advance(TimeSpan.FromSeconds(61));
            var second = Pump();
            await TurnAsync(second);
            await TurnAsync(second);
            mail.Sent.Count.ShouldBeInRange(1, 2);
            (await StateAsync(key)).ShouldBe("delivered: 250 ok");
            if (!points.HasCrashed) break;
        }
        (await Store.FirstAsync<long>("select count(*) from ledger")).ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task HeldIntents_AreSentOnlyWhenReleased()
    {
        await EnqueueAsync("1");
        await EnqueueAsync("2");
        await Store.WriteAsync(async tx => await tx.ExecuteAsync("update ledger set state = 'held'"));
        var ledger = new DeliveryLedger(Store, clock);
        var pump = Pump();
        await TurnAsync(pump);
        mail.Sent.ShouldBeEmpty();
        var held = await ledger.ListAsync(100);
        held.Select(intent => intent.Subject.Text).ShouldBe(["page/1", "page/2"]);
        await Store.WriteAsync(async tx =>
        {
            (await ledger.ReleaseAsync(tx, held[0].Id, clock.GetUtcNow())).ShouldBeTrue();
            (await ledger.DropAsync(tx, held[1].Id, "old news", clock.GetUtcNow())).ShouldBeTrue();
            (await ledger.ReleaseAsync(tx, held[1].Id, clock.GetUtcNow())).ShouldBeFalse();
        });
        await TurnAsync(pump);
        mail.Sent.Single().IdempotencyKey.ShouldBe("1");
        (await StateAsync("2")).ShouldBe("withdrawn: old news");
    }
}
