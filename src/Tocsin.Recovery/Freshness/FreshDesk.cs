using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Tocsin.Catalog;
using Tocsin.Checks.Probes;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Recovery.Freshness;

/// <summary>Asks standbys how far their data is behind, every 5 s, and keeps the newest answer. Thread-safe.</summary>
internal sealed class FreshDesk : IDisposable
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private const int AnswerBytesMax = 64 * 1024, DepthMax = 32;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3), AgeMax = 3 * Every;

    private sealed record Reading(FreshnessModel Of, double? Value, string? Trouble, long At);

    private readonly IRunner runner;
    private readonly IRevisions revisions;
    private readonly TimeProvider clock;
    private readonly HttpClient http;
    private readonly ConcurrentDictionary<FailoverKey, Reading> readings = new();
    private readonly ConcurrentDictionary<FailoverKey, long> asked = new();

    public FreshDesk(IRunner runner, IRevisions revisions, TimeProvider clock)
    {
        (this.runner, this.revisions, this.clock) = (runner, revisions, clock);
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectCallback = ConnectAsync })
        {
            Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = AnswerBytesMax,
        };
    }

    /// <summary>Asks where it is time to.</summary>
    /// <param name="wake">Set when there is an answer.</param>
    public void Ask(FailoverModel failover, Signal wake)
    {
        if (failover.Fresh is not { } fresh) return;
        if (asked.TryGetValue(failover.Key, out var at) && clock.GetElapsedTime(at) < Every) return;
        asked[failover.Key] = clock.GetTimestamp();
        runner.Run($"freshness of {failover.Key}", async cancellation =>
        {
            var answer = await ReadAsync(fresh, cancellation);
            readings[failover.Key] = new Reading(fresh, answer.IsValid ? answer.Value : null, answer.Error, clock.GetTimestamp());
            wake.Set();
        });
    }

    /// <returns>Null when the configuration asks nothing.</returns>
    public FreshInputs? Find(FailoverModel failover)
    {
        if (failover.Fresh is not { } fresh) return null;
        // An answer about another address or path says nothing.
        return readings.TryGetValue(failover.Key, out var reading) && reading.Of == fresh
            ? new FreshInputs(reading.Value, fresh.AtMost, (long)clock.GetElapsedTime(reading.At).TotalMilliseconds, (long)AgeMax.TotalMilliseconds, reading.Trouble)
            : new FreshInputs(null, fresh.AtMost, null, (long)AgeMax.TotalMilliseconds, null);
    }

    private async Task<Parsed<double>> ReadAsync(FreshnessModel fresh, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            using var answer = await http.GetAsync(fresh.Http, either.Token);
            if (!answer.IsSuccessStatusCode) return Parsed<double>.Bad($"it answered {(int)answer.StatusCode}");
            return Find(await answer.Content.ReadAsByteArrayAsync(either.Token), fresh.Json);
        }
        catch (HttpRequestException error)
        {
            return Parsed<double>.Bad(error.InnerException is SocketException inner ? inner.Message : error.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Parsed<double>.Bad($"no answer within {Durations.InWords(Limit)}");
        }
    }

    internal static Parsed<double> Find(byte[] body, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = DepthMax });
            var text = JsonPath.Parse(path).Value.Find(document.RootElement) switch
            {
                { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
                { ValueKind: JsonValueKind.String } quoted => quoted.GetString(),
                _ => null,
            };
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value >= 0
                ? value : Parsed<double>.Bad($"there is no number from 0 at {path}");
        }
        catch (JsonException)
        {
            return Parsed<double>.Bad("the answer is not JSON");
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
        var allowed = revisions.Current.Get<ServerModel>().AllowLinkLocal ? addresses : [.. addresses.Where(address => !Network.IsLinkLocal(address))];
        if (allowed.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        return new NetworkStream(await Network.ConnectAsync(new IPEndPoint(allowed[0], context.DnsEndPoint.Port), cancellation), ownsSocket: true);
    }

    public void Dispose() => http.Dispose();
}
