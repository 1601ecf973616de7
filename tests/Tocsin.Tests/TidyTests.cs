using System.Text.RegularExpressions;
using System.Xml.Linq;
using Tocsin.Kernel.Facts;

namespace Tocsin.Tests;

/// <summary>The rules of the tree, executed. Each has a control that shows it can fail.</summary>
public sealed partial class TidyTests
{
    /// <summary>The order of the life of an outage: a module may use those before it (DESIGN §3).</summary>
    private static readonly string[] Order =
    [
        "Kernel", "Storage", "Web", "Catalog", "Checks", "Alerts", "Incidents", "OnCall", "Paging", "StatusPages", "Changes", "Recovery",
        "Postmortems", "Drills",
    ];

    /// <summary>Who writes the facts of a file; any other module that makes one is wrong.</summary>
    private static readonly Dictionary<string, string[]> Owners = new(StringComparer.Ordinal)
    {
        ["Checks.cs"] = ["Tocsin.Checks"],
        ["Alerts.cs"] = ["Tocsin.Alerts"],
        ["Incidents.cs"] = ["Tocsin.Incidents"],
        ["Paging.cs"] = ["Tocsin.Paging"],
        ["Changes.cs"] = ["Tocsin.Changes"],
        ["Recovery.cs"] = ["Tocsin.Recovery"],
    };

    private static readonly Dictionary<string, string> OwnersOfOthers = new(StringComparer.Ordinal)
    {
        ["ConfigApplied"] = "Tocsin.Catalog", ["ConfigRefused"] = "Tocsin.Catalog", ["ChangeRecorded"] = "Tocsin.Changes",
        ["StatusUpdated"] = "Tocsin.StatusPages", ["PostmortemDrafted"] = "Tocsin.Postmortems", ["PostmortemSaved"] = "Tocsin.Postmortems",
        ["ServerStarted"] = "Tocsin", ["ClockStepped"] = "Tocsin.Checks", ["ReaderSkipped"] = "Tocsin.Storage",
        ["ServerRestored"] = "Tocsin.Storage", ["AccountChanged"] = "Tocsin.Web", ["OnCallOverridden"] = "Tocsin.OnCall",
        ["SilenceSet"] = "Tocsin.Alerts",
    };

    [Fact]
    public void Facts_AreWrittenByTheirOwnerOnly()
    {
        var owners = OwnersByFact();
        owners.Count.ShouldBe(FactKinds.All.Count());
        Offenders(SourceTree.Files("src", ".cs", ".razor"), owners).ShouldBeEmpty();
        Offenders([("src/Tocsin.Paging/X.cs", "tx.Append(new CheckDown(a), now)")], owners).ShouldHaveSingleItem();
    }

    private static Dictionary<string, string[]> OwnersByFact()
    {
        var owners = OwnersOfOthers.ToDictionary(pair => pair.Key, pair => (string[])[pair.Value], StringComparer.Ordinal);
        foreach (var (path, text) in SourceTree.Files("src/Tocsin.Kernel/Facts", ".cs"))
        {
            if (!Owners.TryGetValue(Path.GetFileName(path), out var modules)) continue;
            foreach (Match match in FactRecord().Matches(text)) owners.TryAdd(match.Groups[1].Value, modules);
        }
        return owners.Where(pair => FactKinds.All.Any(type => type.Name == pair.Key)).ToDictionary(StringComparer.Ordinal);
    }

    private static List<string> Offenders(IEnumerable<(string Path, string Text)> files, Dictionary<string, string[]> owners) =>
    [
        .. from file in files
           let module = file.Path.Split('/')[1]
           where module != "Tocsin.Kernel"
           from match in NewRecord().Matches(file.Text)
           where owners.TryGetValue(match.Groups[1].Value, out var allowed) && !allowed.Contains(module)
           select $"{file.Path} writes {match.Groups[1].Value}",
    ];

    [GeneratedRegex(@"public sealed record (\w+)\(", RegexOptions.None, 1000)]
    private static partial Regex FactRecord();

    [GeneratedRegex(@"\bnew (\w+)\(", RegexOptions.None, 1000)]
    private static partial Regex NewRecord();

    [Fact]
    public void References_GoOneWay()
    {
        foreach (var (path, text) in SourceTree.Files("src", ".csproj"))
        {
            var module = Path.GetFileNameWithoutExtension(path);
            if (module == "Tocsin") continue;
            var references = XDocument.Parse(text).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
            foreach (var reference in references) IsUpwards(module, reference).ShouldBeTrue($"{module} must not use {reference}");
        }
        IsUpwards("Tocsin.Checks", "Tocsin.Paging").ShouldBeFalse();
    }

    private static bool IsUpwards(string module, string reference) =>
        Array.IndexOf(Order, reference["Tocsin.".Length..]) < Array.IndexOf(Order, module["Tocsin.".Length..]);

    [Fact]
    public void Sources_HaveNothingLeftBehind()
    {
        var offenders = from file in SourceTree.Files("src", ".cs", ".razor").Concat(SourceTree.Files("demo", ".cs"))
                        from match in LeftBehind().Matches(file.Text)
                        select $"{file.Path}: {match.Value}";
        offenders.ShouldBeEmpty();
        LeftBehind().IsMatch("// TODO later").ShouldBeTrue();
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|throw new NotImplementedException|\.GetAwaiter\(\)\.GetResult\(\)\.Wait|#region",
        RegexOptions.None, 1000)]
    private static partial Regex LeftBehind();

    [Fact]
    public void Files_StayShort()
    {
        var longest = SourceTree.Files("src", ".cs", ".razor").Select(file => (file.Path, Lines: file.Text.Count(c => c == '\n')))
            .Where(file => file.Lines > 500);
        longest.ShouldBeEmpty();
    }

    [Fact]
    public void Projects_AreAllInTheSolution()
    {
        var solution = File.ReadAllText(Path.Combine(SourceTree.Root, "Tocsin.slnx"));
        var projects = new[] { "src", "demo", "tests", "bench" }.Where(folder => Directory.Exists(Path.Combine(SourceTree.Root, folder)))
            .SelectMany(folder => SourceTree.Files(folder, ".csproj")).Select(file => file.Path);
        projects.Where(project => !solution.Contains($"\"{project}\"", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
