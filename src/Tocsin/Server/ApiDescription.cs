using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tocsin.Web;

namespace Tocsin.Server;

/// <summary>What <c>/api/v1/openapi.json</c> says besides the routes and their types.</summary>
internal static class ApiDescription
{
    private const string Token = "token";

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer(Introduce);
        options.AddOperationTransformer(AddRefusals);
        options.AddSchemaTransformer(SayWhatIsMeant);
    }

    private static Task Introduce(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Tocsin", Version = Product.Version,
            Description = "Incidents, changes, status updates and postmortems of one install. Moments are UTC; errors are problem documents (RFC 9457).",
        };
        // Never what the request calls this server.
        var address = context.ApplicationServices.GetRequiredService<IPublicAddress>();
        document.Servers = [new OpenApiServer { Url = address.LinkTo("/") }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
        document.Components.SecuritySchemes[Token] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = "bearer",
            Description = "A token that begins with tocsin_, made under Settings, API tokens. Its role decides what it may do.",
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, document)] = [] }];
        return Task.CompletedTask;
    }

    private static Task AddRefusals(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        operation.Responses ??= [];
        operation.Responses.TryAdd("401", new OpenApiResponse { Description = "No token, or one that is not known or revoked" });
        operation.Responses.TryAdd("403", new OpenApiResponse { Description = "The role of the token may not do this" });
        operation.Responses.TryAdd("429", new OpenApiResponse { Description = $"More than {RateLimits.ApiPerMinute} requests in a minute" });
        return Task.CompletedTask;
    }

    /// <summary>The serializer's view is stricter and laxer than what is meant: what may be null may be left out, and a number is a number.</summary>
    private static Task SayWhatIsMeant(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        foreach (var property in context.JsonTypeInfo.Properties.Where(property => property.IsGetNullable)) schema.Required?.Remove(property.Name);
        if (schema.Type is { } type && type.HasFlag(JsonSchemaType.String) && (type & (JsonSchemaType.Integer | JsonSchemaType.Number)) != 0)
            (schema.Type, schema.Pattern) = (type & ~JsonSchemaType.String, null);
        return Task.CompletedTask;
    }
}
