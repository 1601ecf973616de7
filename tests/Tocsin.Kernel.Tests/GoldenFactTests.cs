using System.Text.Json.Nodes;
using Tocsin.Kernel.Facts;

namespace Tocsin.Kernel.Tests;

/// <summary>Every version a kind ever had keeps a file here and stays readable for ever.</summary>
/// <remarks>A new kind or version gets its file by running these tests once with TOCSIN_WRITE_GOLDEN=1. A file that exists
/// is never changed: what it holds is in somebody's journal.</remarks>
public sealed class GoldenFactTests
{
    private static readonly string Directory = Path.Combine(SourceDirectory(), "Golden");

    public static TheoryData<string> Kinds => [.. FactKinds.All.Select(type => FactKinds.Of(type).Kind).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Write_SampleOfEveryKind_IsWhatTheGoldenFileHolds(string kind)
    {
        var type = FactKinds.All.Single(type => FactKinds.Of(type).Kind == kind);
        var path = Path.Combine(Directory, $"{kind}.v{FactKinds.Of(type).Version}.json");
        var sample = (Fact)FactSamples.Create(type);
        var body = JsonNode.Parse(FactKinds.Write(sample))!;
        if (!File.Exists(path) && Environment.GetEnvironmentVariable("TOCSIN_WRITE_GOLDEN") == "1") File.WriteAllText(path, body + "\n");
        File.Exists(path).ShouldBeTrue($"{kind} has no golden file; run with TOCSIN_WRITE_GOLDEN=1 and commit it");

        var golden = File.ReadAllText(path);
        JsonNode.DeepEquals(JsonNode.Parse(golden), body).ShouldBeTrue($"the shape of {kind} changed within its version: {body}");
        JsonNode.DeepEquals(JsonNode.Parse(FactKinds.Write(FactKinds.Read(kind, golden)!)), body).ShouldBeTrue($"{kind} does not read back");
    }

    [Fact]
    public void Read_EveryGoldenFileOfEveryVersion_IsAFact()
    {
        var files = System.IO.Directory.GetFiles(Directory, "*.json");
        files.Length.ShouldBeGreaterThanOrEqualTo(FactKinds.All.Count());
        foreach (var file in files)
        {
            var kind = Path.GetFileName(file)[..Path.GetFileName(file).LastIndexOf(".v", StringComparison.Ordinal)];
            FactKinds.Read(kind, File.ReadAllText(file)).ShouldNotBeNull($"{file} is of a kind that no longer exists").Subject.Text.ShouldNotBeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_EmptyBody_LeavesTheRestToDefaults(string kind) => FactKinds.Read(kind, "{}").ShouldNotBeNull();

    [Fact]
    public void Read_KindOfANewerProgram_IsNull() => FactKinds.Read("future.happened", "{}").ShouldBeNull();

    private static string SourceDirectory([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
