using System.Collections;
using System.Reflection;
using System.Text.Json.Nodes;
using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Checks;
using Tocsin.Incidents;
using Tocsin.OnCall;

namespace Tocsin.Paging.Tests;

/// <summary>The schema and the reference say what the reader does.</summary>
public sealed class ConfigSchemaTests
{
    private static readonly IReadOnlyList<IConfigSection> Sections =
        [new CatalogSection(), new ServerSection(), new ChecksSection(), new OnCallSection(), new PagingSection(), new IncidentsSection()];

    private static readonly JsonObject Schema = JsonNode.Parse(ConfigSchema.Write(Sections))!.AsObject();

    private const string Smallest =
        """
        people:
          me: {ntfy: https://ntfy.sh/topic}
        services:
          shop: https://shop.example.org
        public_url: https://tocsin.example.org
        """;

    /// <summary>The smallest file with its short forms written long, as JSON, which is YAML too.</summary>
    private static JsonObject SmallestWrittenLong => JsonNode.Parse(
        """
        {
          "people": { "me": { "ntfy": "https://ntfy.sh/topic" } },
          "services": { "shop": {} },
          "checks": { "shop": { "service": "shop", "http": "https://shop.example.org" } },
          "public_url": "https://tocsin.example.org",
          "escalation": { "default": { "steps": [ { "notify": "everyone" } ] } },
          "incidents": {}
        }
        """)!.AsObject();

    private static ConfigReading Read(string text) => new ConfigReader(Sections).ReadText("t.yaml", text, DateTimeOffset.UnixEpoch);

    [Fact]
    public void Write_SmallestFile_IsFiveLinesWithoutAWarning()
    {
        Smallest.Split('\n').Length.ShouldBe(5);
        Read(Smallest).Diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void Write_EveryDefault_IsWhatTheReaderYieldsForTheSmallestFile()
    {
        var explicitly = SmallestWrittenLong;
        var filled = Fill(Schema, explicitly);
        filled.ShouldBeGreaterThan(12);

        var written = Read(explicitly.ToJsonString());
        written.Errors.ShouldBeEmpty();
        Dump(written).ShouldBe(Dump(Read(Smallest)));
    }

    [Fact]
    public void Dump_AnotherDefault_IsSeen() // the control of the test above
    {
        var other = SmallestWrittenLong;
        Fill(Schema, other);
        other["checks"]!["shop"]!["redirects_max"] = 4;
        Dump(Read(other.ToJsonString())).ShouldNotBe(Dump(Read(Smallest)));
    }

    [Fact]
    public void Write_Schema_TakesWhatTheReaderTakes()
    {
        SchemaValidator.Faults(Schema, SmallestWrittenLong).ShouldBeEmpty();
        var full = SmallestWrittenLong;
        Fill(Schema, full);
        full["zone"] = "Europe/Berlin";
        full["services"]!["api"] = "tcp://api.example.org:80";
        full["services"]!["none"] = null;
        full["checks"]!["shop"]!["status"] = new JsonArray(200, "300-399");
        full["checks"]!["shop"]!["json"] = new JsonObject { ["$.a"] = null, ["$.b"] = 3 };
        full["smtp"] = new JsonObject { ["host"] = "m.example.org", ["from"] = "t@example.org", ["port"] = 25 };
        full["people"]!["me"]!["mail"] = new JsonArray("a@example.org", new JsonObject { ["address"] = "b@example.org" });

        Read(full.ToJsonString()).Errors.ShouldBeEmpty();
        SchemaValidator.Faults(Schema, full).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{ "servces": {} }""")]
    [InlineData("""{ "services": { "shop": { "intervall": "3s" } } }""")]
    [InlineData("""{ "services": { "shop": [] } }""")]
    [InlineData("""{ "services": { "shop": "ftp://x" }, "allow_link_local": "yes" }""")]
    [InlineData("""{ "smtp": { "host": "m.example.org" } }""")]
    [InlineData("""{ "smtp": { "host": "m.example.org", "from": "t@example.org", "port": 0 } }""")]
    [InlineData("""{ "incidents": { "quiet_time": "soon" } }""")]
    [InlineData("""{ "checks": { "x": { "service": "s", "http": "https://x", "family": "ipv5" } } }""")]
    public void Write_Schema_RefusesWhatTheReaderRefuses(string json)
    {
        Read(json).Errors.ShouldNotBeEmpty();
        SchemaValidator.Faults(Schema, JsonNode.Parse(json)!).ShouldNotBeEmpty();
    }

    [Fact]
    public void Write_Schema_DescribesEveryKey()
    {
        Schema["$schema"]!.GetValue<string>().ShouldBe("https://json-schema.org/draft/2020-12/schema");
        foreach (var (name, key) in SchemaValidator.AllProperties(Schema)) key["description"]!.GetValue<string>().Length.ShouldBeGreaterThan(4, name);
    }

    [Fact]
    public void Write_Reference_HasARowForEveryKeyWithItsDefault()
    {
        var reference = ConfigReference.Write(Sections);
        foreach (var row in new[]
        {
            "| `services.&lt;service&gt;.depends_on`", "| `checks.&lt;check&gt;.interval` | duration | `30s` |",
            "| `incidents.reopen_within` | duration | `30m` |", "| `smtp.host` | host | required |",
            "| `escalation.&lt;policy&gt;.steps[].notify`",
        })
        {
            reference.ShouldContain(row.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal));
        }
        foreach (var (_, key) in SchemaValidator.AllProperties(Schema))
        {
            if (key["default"] is { } value) reference.ShouldContain($"`{value}`");
        }
    }

    /// <summary>Writes the default of every key that is not written; answers how many.</summary>
    private static int Fill(JsonNode schema, JsonNode document)
    {
        var count = 0;
        foreach (var alternative in (schema["anyOf"] as JsonArray)?.OfType<JsonNode>() ?? [schema])
        {
            if (document is JsonArray items && alternative["items"] is { } item) count += items.Sum(one => Fill(item, one!));
            if (document is not JsonObject map) continue;
            foreach (var (name, property) in alternative["properties"]?.AsObject() ?? [])
            {
                if (map[name] is { } written) count += Fill(property!, written);
                else if (property!["default"] is { } value) { map[name] = value.DeepClone(); count++; }
            }
            if (alternative["additionalProperties"] is JsonObject any) count += map.Sum(entry => Fill(any, entry.Value!));
        }
        return count;
    }

    /// <summary>All values of all models, in a text.</summary>
    private static string Dump(ConfigReading reading)
    {
        var revision = reading.Revision.ShouldNotBeNull();
        return string.Join('\n', new object[]
        {
            revision.Catalog, revision.Get<ServerModel>(), revision.Get<ChecksModel>(), revision.Get<OnCallModel>(),
            revision.Get<PagingModel>(), revision.Get<IncidentRulesModel>(),
        }.Select(Dump));
    }

    private static string Dump(object? value) => value switch
    {
        null => "null",
        string or Uri or NodaTime.DateTimeZone => value.ToString()!,
        IDictionary map => $"{{{string.Join(", ", map.Keys.Cast<object>().Select(key => $"{key}: {Dump(map[key])}").Order(StringComparer.Ordinal))}}}",
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Dump))}]",
        _ when value.GetType().Namespace!.StartsWith("Tocsin", StringComparison.Ordinal) && value is not Enum =>
            $"{value.GetType().Name}({string.Join(", ", value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => $"{p.Name}={Dump(p.GetValue(value))}"))})",
        _ => value.ToString()!,
    };
}
