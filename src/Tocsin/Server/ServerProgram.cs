using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tocsin.Alerts;
using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Changes;
using Tocsin.Checks;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;
using Tocsin.OnCall;
using Tocsin.Pages;
using Tocsin.Paging;
using Tocsin.Paging.Watch;
using Tocsin.Postmortems;
using Tocsin.StatusPages;
using Tocsin.Storage;
using Tocsin.Web;
using Tocsin.Web.Accounts;

namespace Tocsin.Server;

/// <summary>One running server: its database, its pumps, its web application.</summary>
internal sealed class ServerProgram : IAsyncDisposable
{
    private readonly DataDirectory data;
    private readonly Database database;
    private PosixSignalRegistration? hangUp;

    private ServerProgram(DataDirectory data, Database database, WebApplication app) => (this.data, this.database, App) = (data, database, app);

    public WebApplication App { get; }

    public FirstAdmin FirstAdmin => App.Services.GetRequiredService<FirstAdmin>();

    /// <summary>Reads the configuration, takes the data directory, opens the database and composes the program; starts nothing.</summary>
    /// <param name="extend">Endpoints of the demo.</param>
    /// <returns>The program, or every reason why it cannot start, one per line.</returns>
    public static async Task<Parsed<ServerProgram>> CreateAsync(
        ServerSettings settings, TimeProvider clock, Action<WebApplication>? extend = null)
    {
        var reader = new ConfigReader(Modules.Sections);
        var reading = reader.Read(settings.Configuration, clock.GetUtcNow());
        if (reading.Revision is not { } revision) return Parsed<ServerProgram>.Bad(string.Join(Environment.NewLine, reading.Errors));
        if (!DataDirectory.Take(settings.Data).TryGet(out var data, out var taken)) return Parsed<ServerProgram>.Bad(taken);
        try
        {
            var database = await OpenAsync(revision.Get<ServerModel>(), data, clock);
            var app = Compose(settings, (reader, reading), data, database, clock);
            extend?.Invoke(app);
            return new ServerProgram(data, database, app);
        }
        catch (Exception error) when (error is NewerDatabaseException or StoreUnavailableException or InvalidDataException)
        {
            data.Dispose();
            return Parsed<ServerProgram>.Bad(error.Message);
        }
    }

    private static async Task<Database> OpenAsync(ServerModel server, DataDirectory data, TimeProvider clock)
    {
        if (server.Database is not { } reference) return Database.OpenSqlite(data, Modules.Migrations, Product.Version, clock);
        if (!reference.Resolve().TryGet(out var connection, out var error)) throw new StoreUnavailableException($"server.database: {error}");
        return await Database.OpenPostgresAsync(connection.Reveal(), data, Modules.Migrations, Product.Version, clock);
    }

    private static WebApplication Compose(
        ServerSettings settings, (ConfigReader Reader, ConfigReading Reading) configuration, DataDirectory data, Database database, TimeProvider clock)
    {
        // An empty builder: no configuration file or environment variable of the framework changes what was asked for.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = data.Path, EnvironmentName = "Production" });
        ConfigureLogging(builder.Logging, settings.IsQuiet);
        var server = configuration.Reading.Revision!.Get<ServerModel>();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings, server));
        builder.WebHost.UseKestrelHttpsConfiguration();
        var services = builder.Services;
        services.AddSingleton(clock);
        services.AddStorage(database);
        services.AddTocsinWeb(data.Path, options =>
        {
            options.PublicPort = server.ListenPublic?.Port;
            options.TrustedProxies = [.. server.TrustedProxies.Select(Network)];
        });
        services.AddCatalog(settings.Configuration, configuration.Reader, configuration.Reading);
        AddModules(services, data);
        var app = builder.Build();
        app.UseTocsinWeb();
        var api = Map(app);
        new BackupEndpoint(database, data, settings.Configuration, clock).Map(api);
        return app;
    }

    private static void AddModules(IServiceCollection services, DataDirectory data)
    {
        services.AddSingleton<IPublicAddress, ConfiguredAddress>().AddSingleton<IDisplayZone, ConfiguredZone>()
            .AddSingleton<IPeopleDirectory, ConfiguredPeople>();
        services.AddChecks().AddAlerts().AddIncidents().AddOnCall().AddPaging(data.Keys).AddChanges().AddStatusPages().AddPostmortems();
        services.AddSingleton<ProbingWatch>()
            .AddSingleton<IDownNow>(provider => provider.GetRequiredService<ProbingWatch>())
            .AddSingleton<IProbingHealth>(provider => provider.GetRequiredService<ProbingWatch>());
        services.AddSingleton<IPump, LivePump>();
        services.AddSingleton<ServiceBoard>().AddHostedService<Rehearsal>().AddHealthParts();
        services.AddSingleton(new SettingsLink(130, "Configuration", "/settings/configuration", "What the files say, since when, and what was refused.", Permissions.Administer));
        services.AddOpenApi("v1");
    }

    /// <summary>An address alone is a network of one.</summary>
    private static IPNetwork Network(string text) => text.Contains('/', StringComparison.Ordinal)
        ? IPNetwork.Parse(text)
        : new IPNetwork(IPAddress.Parse(text), IPAddress.Parse(text).AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32);

    private static RouteGroupBuilder Map(WebApplication app)
    {
        app.MapTocsinWeb(Modules.Pages);
        var api = app.MapGroup("/api/v1");
        api.MapIncidents();
        api.MapChanges();
        api.MapStatusUpdates();
        api.MapPostmortems();
        app.MapPostmortemTexts();
        app.MapPaging();
        app.MapStatusPages();
        app.MapOpenApi("/api/{documentName}/openapi.json").RequireAuthorization(Permissions.Read);
        return api;
    }

    private static void Listen(KestrelServerOptions kestrel, ServerSettings settings, ServerModel server)
    {
        kestrel.AddServerHeader = false;
        var tls = server.TlsCertificateFile is { } file ? X509Certificate2.CreateFromPemFile(file, server.TlsKeyFile) : null;
        void Use(ListenOptions options)
        {
            if (tls is not null) options.UseHttps(tls);
        }
        if (settings.Listen is { } address) kestrel.Listen(IPAddress.Parse(address), settings.Port, Use);
        else if (tls is not null) kestrel.ListenAnyIP(settings.Port, Use);
        else kestrel.Listen(IPAddress.Loopback, settings.Port);
        if (server.ListenPublic is { } open) kestrel.Listen(IPAddress.Parse(open.Host.Trim('[', ']')), open.Port, Use);
    }

    private static void ConfigureLogging(ILoggingBuilder logging, bool isQuiet) => logging.ClearProviders()
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.UseUtcTimestamp = true;
        })
        // The keys stand in the data directory, which only this user reads: that is said once, in SECURITY.md.
        .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
        .SetMinimumLevel(isQuiet ? LogLevel.Warning : LogLevel.Information);

    /// <summary>Starts to listen, to probe and to page, and says so in the journal.</summary>
    /// <returns>True, or that the port is taken.</returns>
    public async Task<Parsed<bool>> StartAsync(CancellationToken cancellation)
    {
        try
        {
            await App.StartAsync(cancellation);
        }
        catch (IOException error) when (error.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return Parsed<bool>.Bad(error.Message);
        }
        hangUp = ReloadOnHangUp();
        await SayStartedAsync();
        return true;
    }

    /// <summary>SIGHUP reads the configuration anew, as everywhere.</summary>
    private PosixSignalRegistration ReloadOnHangUp() => PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        App.Services.GetRequiredService<IRunner>().Run("reload", stopping => App.Services.GetRequiredService<Revisions>().ReloadAsync("signal", stopping));
    });

    private async Task SayStartedAsync()
    {
        var now = App.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        await database.Facts.WriteAsync(async tx =>
        {
            var last = await tx.FirstAsync<long?>("select at from storage_alive where id = 1");
            var downFor = last is { } at ? Math.Max(0, now.ToUnixTimeMilliseconds() - at) : 0;
            tx.Append(new ServerStarted(Product.Version, downFor), now, Actor.Tocsin);
        });
    }

    public async ValueTask DisposeAsync()
    {
        hangUp?.Dispose();
        await App.DisposeAsync();
        await database.DisposeAsync();
        data.Dispose();
    }
}
