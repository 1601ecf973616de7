using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Tocsin.Tests.Acceptance;
using Tocsin.Web;

namespace Tocsin.Tests;

public sealed class ApiDescriptionTests
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    [Fact]
    public async Task Description_IsAValidDocumentOfExactlyTheRoutesThatAreMapped()
    {
        await using var server = await RunningServer.StartAsync("people: {me: {webhook: \"http://127.0.0.1:1/hook\"} }\n");
        using var http = new HttpClient { BaseAddress = server.Url };
        (await http.GetAsync("/api/v1/openapi.json")).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        http.DefaultRequestHeaders.Authorization = new("Bearer", await server.TokenAsync(Role.Viewer));
        var text = await http.GetStringAsync("/api/v1/openapi.json");

        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var read = await OpenApiDocument.LoadAsync(stream, "json", new OpenApiReaderSettings());
        read.Diagnostic!.Errors.ShouldBeEmpty();
        var document = JsonNode.Parse(text)!;
        Operations(document).Select(operation => operation.Name).Order(StringComparer.Ordinal).ShouldBe(Mapped(server).Order(StringComparer.Ordinal));
        References(document).Where(reference => !Resolves(document, reference)).ShouldBeEmpty();
        Operations(document).Select(operation => (string)operation.Node["operationId"]!).ShouldBeUnique();

        (document["components"]!["securitySchemes"]!["token"]!["scheme"]?.ToString(), (string?)document["components"]!["securitySchemes"]!["token"]!["type"])
            .ShouldBe(("bearer", "http"));
        document["security"]![0]!["token"].ShouldNotBeNull();
        WithoutSchemas(document).ShouldBeEmpty();
        WithoutWords(document).ShouldBeEmpty();
        var incident = document["components"]!["schemas"]!["IncidentJson"]!;
        ((string)incident["description"]!).ShouldContain("An incident as programs read it");
        ((string)incident["properties"]!["state"]!["description"]!).ShouldContain("acknowledged");
        incident["properties"]!["durationSeconds"]!["type"]!.ToJsonString().ShouldBe("[\"null\",\"integer\"]");
        // Everything may be left out of a correction, and a declaration says itself what it misses.
        document["components"]!["schemas"]!["OutageRequest"]!["required"].ShouldBeNull();
        incident["required"]!.AsArray().Select(name => (string)name!).ShouldContain("title");
    }

    private static IEnumerable<string> Mapped(RunningServer server) =>
        from endpoint in server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let route = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
        where route.StartsWith("/api/v1/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
        select $"{method} {Regex.Replace(route, @"\{(\w+)[^}]*\}", "{$1}").TrimEnd('/')}";

    private static List<(string Name, JsonNode Node)> Operations(JsonNode document) =>
    [
        .. from path in document["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           where Methods.Contains(operation.Key)
           select ($"{operation.Key.ToUpperInvariant()} {path.Key.TrimEnd('/')}", operation.Value!),
    ];

    /// <summary>What is sent and what is answered needs a schema; a file is bytes.</summary>
    private static IEnumerable<string> WithoutSchemas(JsonNode document)
    {
        foreach (var (name, operation) in Operations(document))
        {
            var isSent = name[0] == 'P';
            var takesNothing = new[] { "/ack", "/backup", "/confirm", "/revert" }.Any(end => name.EndsWith(end, StringComparison.Ordinal));
            // What a forge sends is described by the forge.
            var isForeign = name.Contains("/hooks/", StringComparison.Ordinal);
            if (isSent && !takesNothing && !isForeign && operation["requestBody"]?["content"]?["application/json"]?["schema"] is null) yield return $"{name}: body";
            var good = operation["responses"]!.AsObject().Where(answer => answer.Key[0] == '2').ToList();
            if (good.Count == 0) yield return $"{name}: no good answer";
            foreach (var answer in good)
            {
                var content = answer.Value!["content"]?.AsObject();
                if (content is null || content.Any(type => type.Key == "application/json" && type.Value!["schema"] is null)) yield return $"{name}: answer {answer.Key}";
            }
        }
    }

    private static IEnumerable<string> WithoutWords(JsonNode document)
    {
        foreach (var (name, operation) in Operations(document))
        {
            if (operation["summary"] is null) yield return $"{name}: summary";
        }
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
        {
            var isOurs = !name.Contains("Problem", StringComparison.Ordinal);
            if (isOurs && schema!["type"]?.ToString() == "object" && schema["description"] is null) yield return $"{name}: description";
        }
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => pair is { Key: "$ref", Value: JsonValue } ? [(string)pair.Value!] : References(pair.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };

    private static bool Resolves(JsonNode document, string reference) =>
        reference.Split('/').Skip(1).Aggregate((JsonNode?)document, (node, name) => node?[name]) is not null;
}
