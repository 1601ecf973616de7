using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.Storage;
using Tocsin.Storage.Sqlite;

namespace Tocsin.Crash;

/// <summary>Writes facts as fast as they are accepted, turns them into intents and sends those, until it is killed.</summary>
/// <param name="port">Of the sink; 0 sends nothing.</param>
/// <param name="life">Number of this process, part of everything it sends.</param>
/// <param name="halt"><c>before:N</c> or <c>after:N</c>: the N-th send says so and stands still before or after the sink has it.</param>
internal sealed class Storm(string path, int port, string life, string synchronous, string halt)
{
    private readonly (string Where, int At) halting = halt.Split(':') is [var where, var at] ? (where, int.Parse(at, CultureInfo.InvariantCulture)) : ("", 0);
    private int sends;

    public async Task<int> RunAsync(int writers)
    {
        using var data = DataDirectory.Take(path).Value;
        await using var database = Database.OpenSqlite(
            new SqliteFile(data.Facts, synchronous), new SqliteFile(data.Samples, "OFF"), null, [], "0.1.0", TimeProvider.System);
        using var host = Compose(database);
        await host.StartAsync();
        Say("begun");
        var storm = Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(database.Facts, writer))));
        if (writers > 0) await storm;
        await DrainAsync(database.Facts);
        Say("rest");
        await host.StopAsync();
        return 0;
    }

    private IHost Compose(Database database)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddStorage(database).AddSingleton(TimeProvider.System);
        if (port > 0) builder.Services.AddSingleton<IJournalReader, Producer>().AddSingleton<ILedgerHandler>(new Line(this, port, life));
        return builder.Build();
    }

    private async Task WriteAsync(IStore store, int writer)
    {
        for (var number = 0; ; number++)
        {
            var key = $"{life}-{writer}-{number}";
            await store.WriteAsync(tx =>
            {
                tx.Append(new ConfigApplied(key, null, "", 0, 0), TimeProvider.System.GetUtcNow(), Actor.Tocsin);
                return ValueTask.CompletedTask;
            });
            Say($"accepted {key}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    private static async Task DrainAsync(IStore store)
    {
        while (await store.FirstAsync<long>("""
            select (select count(*) from ledger where state in ('due', 'leased'))
                + (select count(*) from journal where seq > coalesce((select seq from journal_cursor where reader = 'producer'), 0))
            """) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    // One write of a whole line: what stands in the pipe stays there when this process is killed.
    private static void Say(string line)
    {
        lock (typeof(Console))
        {
            Console.Out.Write(line + "\n");
            Console.Out.Flush();
        }
    }

    private sealed class Producer : IJournalReader
    {
        public string Name => "producer";

        public async ValueTask HandleAsync(ITx tx, JournalEntry entry, DateTimeOffset now)
        {
            if (entry.Fact is ConfigApplied fact)
            {
                await tx.EnqueueAsync(new Intent("line", fact.Revision, Subject.Server, "{}", now, Urgent: true));
            }
        }
    }

    private sealed class Line(Storm storm, int port, string life) : ILedgerHandler
    {
        public string Kind => "line";

        public async Task<DeliveryOutcome> SendAsync(LedgerItem item, CancellationToken cancellation)
        {
            var number = Interlocked.Increment(ref storm.sends);
            await storm.HaltAsync("before", number, item.IdempotencyKey);
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{item.IdempotencyKey} {life}\n"), cancellation);
            using var reader = new StreamReader(client.GetStream());
            var answer = await reader.ReadLineAsync(cancellation);
            await storm.HaltAsync("after", number, item.IdempotencyKey);
            return answer == "ok" ? DeliveryOutcome.Delivered("ok") : DeliveryOutcome.Retry("no answer");
        }

        public ValueTask SettleAsync(ITx tx, LedgerItem item, DeliveryOutcome outcome, bool isFinal, DateTimeOffset now) => ValueTask.CompletedTask;
    }

    private Task HaltAsync(string where, int number, string key)
    {
        if (halting != (where, number)) return Task.CompletedTask;
        Say($"halt {where} {key}");
        return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
    }
}
