using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Tocsin.Kernel.Ports;
using Tocsin.Web.Accounts;
using Tocsin.Web.Components;

namespace Tocsin.Web;

/// <summary>Layout, sign-in, live refresh, health and metrics: what every page and endpoint of every module stands on.</summary>
/// <remarks>Order: <see cref="AddTocsinWeb"/>, <see cref="UseTocsinWeb"/>, <see cref="MapTocsinWeb"/>, then the modules' endpoints.</remarks>
public static class WebModule
{
    /// <summary>Tables of this module, prefix <c>web</c>.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(typeof(WebModule).Assembly, "web");

    /// <param name="dataDirectory">Holds the keys of cookies and forms, in <c>keys/</c>, readable by this user only.</param>
    public static IServiceCollection AddTocsinWeb(
        this IServiceCollection services, string dataDirectory, Action<WebOptions>? configure = null)
    {
        var options = new WebOptions();
        configure?.Invoke(options);
        services.AddSingleton(options).AddSingleton(new PageAssemblies()).AddHttpContextAccessor();
        services.AddRazorComponents(pages => pages.TemporaryRedirectionUrlValidityDuration = TimeSpan.FromMinutes(1));
        services.AddCascadingAuthenticationState();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IPublicAddress, NoPublicAddress>();
        services.TryAddSingleton<IDisplayZone, UtcDisplayZone>();
        services.TryAddSingleton<IPeopleDirectory, NoPeople>();
        services.AddSingleton<LiveHub>().AddSingleton<Health>().AddSingleton<WebMetrics>().AddSingleton<PanelLoader>();
        services.AddSingleton(provider => new MetricsText(MetricsEndpoint.Wanted(provider.GetRequiredService<IMeterFactory>())));
        services.AddScoped<PageTime>().AddScoped<Flash>();
        services.AddSingleton(new SettingsLink(900, "People", "/settings/people", "Who gets in, and what they may do.", Permissions.Administer));
        services.AddSingleton(new SettingsLink(910, "API tokens", "/settings/tokens", "What programs show instead of signing in.", Permissions.Administer));
        services.AddSingleton(new SettingsLink(990, "Your account", "/account", "Your password and your own tokens.", Permissions.Read));
        AccountServices.Add(services);
        WebLimits.Add(services, options);
        WebKeys.Add(services, dataDirectory);
        // These name paths, and a path may hold a token.
        return services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None));
    }

    /// <summary>The pipeline, outermost first.</summary>
    public static WebApplication UseTocsinWeb(this WebApplication app)
    {
        UseTrustedProxies(app, app.Services.GetRequiredService<WebOptions>());
        app.UseMiddleware<RequestLog>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<LocalRedirects>();
        app.UseWhen(Problems.IsForPrograms, programs => programs.UseStatusCodePages(context =>
            Problems.WriteAsync(context.HttpContext, context.HttpContext.Response.StatusCode)));
        app.UseWhen(http => !Problems.IsForPrograms(http), people =>
            people.UseStatusCodePagesWithReExecute("/error/{0}", createScopeForStatusCodePages: true));
        app.UseMiddleware<Faults>();
        app.UseRouting();
        app.Use(RequestLog.KeepRoute);
        app.UseMiddleware<PublicListenerGate>();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseAntiforgery();
        return app;
    }

    /// <summary>This module's endpoints, and the pages of all modules.</summary>
    /// <param name="pages">Assemblies of the modules that have pages.</param>
    public static RazorComponentsEndpointConventionBuilder MapTocsinWeb(this WebApplication app, params Assembly[] pages)
    {
        app.Services.GetRequiredService<PageAssemblies>().Others = pages;
        // Listens from now on, not only from the first time that somebody asks.
        app.Services.GetRequiredService<MetricsText>();
        app.Services.GetRequiredService<WebMetrics>();
        var meter = app.Services.GetRequiredService<IMeterFactory>().Create("Tocsin");
        foreach (var part in app.Services.GetServices<IMeasured>()) part.Describe(meter);
        app.MapAssets();
        app.MapLive();
        app.MapHealth();
        app.MapMetrics();
        return app.MapRazorComponents<App>().AddAdditionalAssemblies(pages);
    }

    private static void UseTrustedProxies(WebApplication app, WebOptions options)
    {
        if (options.TrustedProxies.Count == 0) return;
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // Any number of trusted proxies in a row; the first untrusted address is the client.
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.TrustedProxies) forwarded.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(forwarded);
    }
}

/// <summary>Where pages are besides this assembly; known when they are mapped.</summary>
internal sealed class PageAssemblies
{
    public IReadOnlyList<Assembly> Others { get; set; } = [];
}
