using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Tocsin.Checks.Probes;

namespace Tocsin.Checks.Tests.Probes;

public sealed class JsonPathTests
{
    private const string Document = """{"a":{"b":[{"x":"deep"},2]},"two words":true,"nothing":null,"a.b":1}""";

    [Theory]
    [InlineData("$", "{")]
    [InlineData("$.a.b[0].x", "\"deep\"")]
    [InlineData("$.a.b[0]['x']", "\"deep\"")]
    [InlineData("$['a'][\"b\"][1]", "2")]
    [InlineData("$['two words']", "true")]
    [InlineData("$['a.b']", "1")]
    [InlineData("$.nothing", "null")]
    public void Find_Existing_IsFound(string path, string startsWith)
    {
        using var document = JsonDocument.Parse(Document);
        JsonPath.Parse(path).Value.Find(document.RootElement)!.Value.GetRawText().ShouldStartWith(startsWith);
    }

    [Theory]
    [InlineData("$.a.c")]
    [InlineData("$.a[0]")]
    [InlineData("$.a.b[2]")]
    [InlineData("$.a.b.x")]
    public void Find_Missing_IsNull(string path)
    {
        using var document = JsonDocument.Parse(Document);
        JsonPath.Parse(path).Value.Find(document.RootElement).ShouldBeNull();
    }

    [Theory]
    [InlineData("a.b", "does not begin with $")]
    [InlineData("$a", "column 2: found 'a', expected '.' or '['")]
    [InlineData("$.", "column 3: expected a name")]
    [InlineData("$.a[", "column 5: expected ']'")]
    [InlineData("$[-1]", "column 3: expected a position")]
    [InlineData("$['x]", "column 3: expected a closing '")]
    [InlineData("$['x'", "column 6: expected ']'")]
    [InlineData("$.a.*", "column 5: expected a name")]
    public void Parse_Wrong_SaysWhere(string path, string error) => JsonPath.Parse(path).Error!.ShouldContain(error);

    [Fact]
    public void Parse_AnyText_NeverThrows() => FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure, Prop.ForAll(
        ArbMap.Default.ArbFor<string>().Filter(text => text is not null), text =>
        {
            var parsed = JsonPath.Parse("$" + text);
            return parsed.IsValid || parsed.Error!.Length > 0;
        }));
}
