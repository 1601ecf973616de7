using System.Globalization;

namespace Tocsin.Demo;

/// <summary>The shop that breaks: six processes on loopback, started together, ended together. It restarts nothing by itself.</summary>
public sealed class DemoShop : IAsyncDisposable
{
    private const int AttemptsMax = 3;
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstAnswerMax = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly IReadOnlyList<RoleProcess> roles;
    private readonly TimeProvider clock;

    private DemoShop(string dataDirectory, DemoPorts ports, TimeProvider clock)
    {
        Ports = ports;
        this.clock = clock;
        Files = new ShopFiles(dataDirectory);
        Store = Role("store", ports.StoreAdmin, "--port", Text(ports.Store), "--admin-port", Text(ports.StoreAdmin),
            "--data", Path.Combine(dataDirectory, "store"));
        Cache = Role("cache", ports.CacheAdmin, "--port", Text(ports.Cache), "--admin-port", Text(ports.CacheAdmin), "--data", dataDirectory);
        Mailbox = Role("mailbox", ports.Mailbox, "--port", Text(ports.Smtp), "--admin-port", Text(ports.Mailbox));
        Api = Role("api", ports.Api, "--port", Text(ports.Api), "--store", Loopback(ports.ToStore), "--cache", Loopback(ports.ToCache),
            "--data", dataDirectory);
        Storefront = Role("storefront", ports.Storefront, "--port", Text(ports.Storefront), "--api", Loopback(ports.Api));
        Network = Role("network", ports.NetworkAdmin, "--port", Text(ports.Users), "--store-port", Text(ports.ToStore),
            "--cache-port", Text(ports.ToCache), "--admin-port", Text(ports.NetworkAdmin), "--storefront", Loopback(ports.Storefront),
            "--store", Loopback(ports.Store), "--cache", Loopback(ports.Cache));
        roles = [Store, Cache, Mailbox, Api, Storefront, Network];
        RoleProcess Role(string name, int adminPort, params string[] arguments) => new(name, adminPort, arguments, clock);
    }

    public DemoPorts Ports { get; }
    /// <summary>Where a customer sees the shop: over the provider's line.</summary>
    public Uri StorefrontUrl => new($"http://127.0.0.1:{Ports.Users}/");
    /// <summary>Where the mails of the demo's people are read.</summary>
    public Uri MailboxUrl => new($"http://127.0.0.1:{Ports.Mailbox}/mailbox");

    internal RoleProcess Storefront { get; }
    internal RoleProcess Api { get; }
    internal RoleProcess Cache { get; }
    internal RoleProcess Store { get; }
    internal RoleProcess Network { get; }
    internal RoleProcess Mailbox { get; }
    internal ShopFiles Files { get; }
    internal IReadOnlyList<RoleProcess> Roles => roles;

    /// <summary>Talks to the shop's own processes: no proxy, no patience.</summary>
    internal HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
    {
        Timeout = AnswerMax, MaxResponseContentBufferSize = 64 * 1024 * 1024,
    };

    /// <summary>Starts every part and waits until a customer would be served.</summary>
    /// <param name="dataDirectory">Receives the files of the parts; made when missing, and put right where an earlier run left it broken.</param>
    /// <param name="progress">Gets a line of text for each part that is ready.</param>
    /// <exception cref="IOException">A part did not start; the message says which and what it said last.</exception>
    public static async Task<DemoShop> StartAsync(
        string dataDirectory, Action<string> progress, TimeProvider clock, CancellationToken cancellation)
    {
        ShopFiles.MakeWhole(dataDirectory);
        for (var attempt = 1; ; attempt++)
        {
            var shop = new DemoShop(dataDirectory, DemoPorts.Choose(), clock);
            try
            {
                if (await shop.StartRolesAsync(progress, isLast: attempt == AttemptsMax, cancellation)) return shop;
            }
            catch
            {
                await shop.DisposeAsync();
                throw;
            }
            // Somebody took a port between choosing and listening: other ports, the same shop.
            await shop.DisposeAsync();
        }
    }

    /// <summary>Breaks something; harmless when it is broken already.</summary>
    public Task<DemoOutcome> BreakAsync(string key, CancellationToken cancellation) => ChangeAsync(key, toBroken: true, cancellation);

    /// <summary>Puts something right; harmless when nothing is wrong with it.</summary>
    public Task<DemoOutcome> MendAsync(string key, CancellationToken cancellation) => ChangeAsync(key, toBroken: false, cancellation);

    public async ValueTask DisposeAsync()
    {
        foreach (var role in roles) await role.DisposeAsync();
        Http.Dispose();
        gate.Dispose();
    }

    private async Task<DemoOutcome> ChangeAsync(string key, bool toBroken, CancellationToken cancellation)
    {
        if (DemoFault.Find(key) is not { } fault) return new DemoOutcome(key, DemoReason.Unknown);
        await gate.WaitAsync(cancellation);
        try
        {
            if (fault.IsBroken(this) == toBroken)
            {
                return new DemoOutcome(key, toBroken ? DemoReason.AlreadyBroken : DemoReason.AlreadyWhole);
            }
            return new DemoOutcome(key, await (toBroken ? fault.Break : fault.Mend)(this, cancellation));
        }
        finally { gate.Release(); }
    }

    /// <returns>False when a port was taken and another attempt is worth it.</returns>
    private async Task<bool> StartRolesAsync(Action<string> progress, bool isLast, CancellationToken cancellation)
    {
        var starts = await Task.WhenAll(roles.Select(role => StartRoleAsync(role, progress, cancellation)));
        var failed = starts.Zip(roles).Where(pair => pair.First.Reason != RoleStartReason.Ready).ToList();
        if (failed.Count == 0) return await WaitForCustomersAsync(cancellation);
        if (!isLast && failed.All(pair => pair.First.Reason == RoleStartReason.PortTaken)) return false;
        var (start, role) = failed[0];
        throw new IOException($"the demo's {role.Name} did not start ({start.Reason}): {start.Detail}");
    }

    private static async Task<RoleStart> StartRoleAsync(RoleProcess role, Action<string> progress, CancellationToken cancellation)
    {
        var start = await role.StartAsync(cancellation);
        if (start.Reason == RoleStartReason.Ready) progress($"{role.Name,-10} ready on {Loopback(role.AdminPort)}");
        return start;
    }

    /// <summary>The storefront's health asks the api, whose health asks the store: one answer speaks for all. The first may be slow.</summary>
    private async Task<bool> WaitForCustomersAsync(CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        var answer = "no answer";
        while (clock.GetElapsedTime(started) < FirstAnswerMax)
        {
            try
            {
                using var response = await Http.GetAsync(new Uri(StorefrontUrl, "healthz"), cancellation);
                if (response.IsSuccessStatusCode) return true;
                answer = (await response.Content.ReadAsStringAsync(cancellation)).Trim();
            }
            catch (HttpRequestException error) { answer = error.Message; }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { answer = "no answer in time"; }
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellation);
        }
        throw new IOException($"the demo's shop started but serves nobody: {answer}");
    }

    private static string Loopback(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
