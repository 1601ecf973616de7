using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Kernel.Ports;

namespace Tocsin.Postmortems;

/// <summary>Registration of the postmortems.</summary>
public static class PostmortemsModule
{
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(Assembly.GetExecutingAssembly(), "postmortems");

    public static IServiceCollection AddPostmortems(this IServiceCollection services) => services
        .AddSingleton<PostmortemQueries>()
        .AddSingleton<SavePostmortem>();
}
