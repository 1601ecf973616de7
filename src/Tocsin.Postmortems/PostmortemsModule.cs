using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Kernel.Ports;
using Tocsin.Postmortems.Api;

namespace Tocsin.Postmortems;

/// <summary>Registration of the postmortems.</summary>
public static class PostmortemsModule
{
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(Assembly.GetExecutingAssembly(), "postmortems");

    public static IServiceCollection AddPostmortems(this IServiceCollection services) => services
        .AddSingleton<PostmortemQueries>()
        .AddSingleton<SavePostmortem>();

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapPostmortems(this RouteGroupBuilder api)
    {
        ShowPostmortem.Map(api);
        PutPostmortem.Map(api);
    }

    /// <summary>What people fetch and what is no page: the text of a postmortem.</summary>
    public static void MapPostmortemTexts(this IEndpointRouteBuilder app) => ShowPostmortem.MapText(app);
}
