using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
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
using Tocsin.Recovery;
using Tocsin.Server.Tls;
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

    /// <summary>Whether the main address speaks TLS.</summary>
    public bool IsTls => App.Services.GetService<ServerCertificate>() is not null;

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
        if (!Listening.Of(settings, revision.Get<ServerModel>(), clock).TryGet(out var listening, out var wrong)) return Parsed<ServerProgram>.Bad(wrong);
        if (!DataDirectory.Take(settings.Data).TryGet(out var data, out var taken)) return Parsed<ServerProgram>.Bad(taken);
        try
        {
            var database = await OpenAsync(revision.Get<ServerModel>(), data, clock);
            var app = Compose(listening, (reader, reading), data, database, clock);
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
        Listening listening, (ConfigReader Reader, ConfigReading Reading) configuration, DataDirectory data, Database database, TimeProvider clock)
    {
        var settings = listening.Settings;
        // An empty builder: no configuration file or environment variable of the framework changes what was asked for.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = data.Path, EnvironmentName = "Production" });
        ConfigureLogging(builder.Logging, settings.IsQuiet);
        var server = configuration.Reading.Revision!.Get<ServerModel>();
        builder.WebHost.ConfigureKestrel(listening.Apply);
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
        AddModules(services, data, settings.Configuration);
        if (listening.Certificate is { } certificate) AddCertificate(services, certificate);
        var app = builder.Build();
        app.UseTocsinWeb();
        var api = Map(app);
        new BackupEndpoint(database, data, settings.Configuration, clock).Map(api);
        return app;
    }

    private static void AddModules(IServiceCollection services, DataDirectory data, string configuration)
    {
        services.AddSingleton<IPublicAddress, ConfiguredAddress>().AddSingleton<IDisplayZone, ConfiguredZone>()
            .AddSingleton<IPeopleDirectory, ConfiguredPeople>();
        services.AddChecks().AddAlerts().AddIncidents().AddOnCall().AddPaging(data.Keys).AddChanges(configuration).AddRecovery().AddStatusPages().AddPostmortems();
        services.AddSingleton<ProbingWatch>()
            .AddSingleton<IDownNow>(provider => provider.GetRequiredService<ProbingWatch>())
            .AddSingleton<IProbingHealth>(provider => provider.GetRequiredService<ProbingWatch>());
        services.AddSingleton<IPump, LivePump>();
        services.AddSingleton<ServiceBoard>().AddHostedService<Rehearsal>().AddHealthParts();
        services.AddSingleton<ServerMetrics>()
            .AddSingleton<IPump>(provider => provider.GetRequiredService<ServerMetrics>())
            .AddSingleton<IMeasured>(provider => provider.GetRequiredService<ServerMetrics>());
        services.AddSingleton<CheckProposals>().AddSingleton<ISettingsWarnings, ConfiguredWarnings>();
        services.AddSingleton(new SettingsLink(125, "Add a check", "/settings/add-check", "An address, and who is woken. It is written into the files, and you see how.", Permissions.Administer));
        services.AddSingleton(new SettingsLink(130, "Configuration", "/settings/configuration", "What the files say, since when, and what was refused.", Permissions.Administer));
        services.AddOpenApi("v1", ApiDescription.Configure);
    }

    private static void AddCertificate(IServiceCollection services, ServerCertificate certificate) => services
        .AddSingleton<IHealthPart>(certificate)
        .AddSingleton(certificate).AddSingleton<CertificateWatch>()
        .AddSingleton<IPump>(provider => provider.GetRequiredService<CertificateWatch>());

    /// <summary>An address alone is a network of one.</summary>
    private static IPNetwork Network(string text) => text.Contains('/', StringComparison.Ordinal)
        ? IPNetwork.Parse(text)
        : new IPNetwork(IPAddress.Parse(text), IPAddress.Parse(text).AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32);

    private static RouteGroupBuilder Map(WebApplication app)
    {
        app.MapTocsinWeb(Modules.Pages);
        var api = app.MapGroup("/api/v1");
        api.MapChecks();
        api.MapIncidents();
        api.MapChanges();
        api.MapRecovery();
        api.MapStatusUpdates();
        api.MapPostmortems();
        app.MapPostmortemTexts();
        app.MapPaging();
        app.MapStatusPages();
        app.MapOpenApi("/api/{documentName}/openapi.json").RequireAuthorization(Permissions.Read);
        return api;
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
    /// <returns>True, or why it cannot listen.</returns>
    public async Task<Parsed<bool>> StartAsync(CancellationToken cancellation)
    {
        try
        {
            await App.StartAsync(cancellation);
        }
        catch (IOException error) when (error.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return Parsed<bool>.Bad($"{error.Message.TrimEnd('.')}. Choose another port with --port.");
        }
        catch (SocketException error)
        {
            return Parsed<bool>.Bad($"It cannot listen: {error.Message}. An address must be one of this machine, and a port under 1024 needs the right to it.");
        }
        hangUp = ReloadOnHangUp();
        await SayStartedAsync();
        return true;
    }

    /// <summary>SIGHUP reads the configuration and the certificate anew, as everywhere.</summary>
    private PosixSignalRegistration ReloadOnHangUp() => PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        App.Services.GetRequiredService<IRunner>().Run("reload", stopping => App.Services.GetRequiredService<Revisions>().ReloadAsync("signal", stopping));
        App.Services.GetService<CertificateWatch>()?.LookNow();
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
