using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel.Ports;

namespace Tocsin.Catalog;

/// <summary>Registration of the catalog.</summary>
public static class CatalogModule
{
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(Assembly.GetExecutingAssembly(), "catalog");

    /// <summary>The sections that this module reads.</summary>
    public static IReadOnlyList<IConfigSection> Sections { get; } = [new CatalogSection(), new ServerSection()];

    /// <param name="path">File or directory that <paramref name="accepted"/> was read from; looked at for changes.</param>
    /// <param name="reader">Knows the sections of all modules.</param>
    /// <param name="accepted">The configuration to start with, without errors.</param>
    public static IServiceCollection AddCatalog(this IServiceCollection services, string path, ConfigReader reader, ConfigReading accepted) => services
        .AddSingleton(reader)
        .AddSingleton(provider => new Revisions(path, reader, accepted, provider.GetRequiredService<IStore>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<IRevisions>(provider => provider.GetRequiredService<Revisions>())
        .AddSingleton<ConfigEditor>()
        .AddSingleton<IPump, ConfigWatch>();
}
