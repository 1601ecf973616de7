using System.Text.RegularExpressions;

namespace Tocsin.Tests;

/// <summary>Every test of the tree by its full name, read from the sources so that no other test project is needed.</summary>
internal sealed partial class NamedTests
{
    private readonly Dictionary<string, TestClass> classes = new(StringComparer.Ordinal);

    private sealed record TestClass(string? Base, HashSet<string> Methods);

    private NamedTests() { }

    public static NamedTests OfTree() => Of(SourceTree.Files("tests", ".cs").Select(file => file.Text));

    public static NamedTests Of(IEnumerable<string> sources)
    {
        var tests = new NamedTests();
        foreach (var source in sources) tests.Add(source);
        return tests;
    }

    /// <param name="name">Namespace, class and method; a method that the class inherits counts.</param>
    public bool Contains(string name)
    {
        var (owner, method) = Split(name);
        for (var seen = 0; seen < 10 && classes.TryGetValue(owner, out var found); seen++)
        {
            if (found.Methods.Contains(method)) return true;
            if (found.Base is null) return false;
            owner = $"{Split(owner).Owner}.{found.Base}";
        }
        return false;
    }

    private static (string Owner, string Name) Split(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot < 0 ? ("", name) : (name[..dot], name[(dot + 1)..]);
    }

    private void Add(string source)
    {
        var space = Namespace().Match(source).Groups[1].Value;
        TestClass? current = null;
        var isTest = false;
        foreach (Match match in Part().Matches(source))
        {
            if (match.Groups["class"].Success)
            {
                var parent = match.Groups["base"].Success ? match.Groups["base"].Value : null;
                var name = $"{space}.{match.Groups["class"].Value}";
                // A partial class is one class in several files.
                if (!classes.TryGetValue(name, out current)) classes[name] = current = new TestClass(parent, []);
                else if (current.Base is null && parent is not null) classes[name] = current = current with { Base = parent };
            }
            else if (match.Groups["mark"].Success)
            {
                // A test that is always left out proves nothing.
                isTest = !match.Groups["mark"].Value.Contains("Skip", StringComparison.Ordinal);
            }
            else
            {
                if (isTest) current?.Methods.Add(match.Groups["method"].Value);
                isTest = false;
            }
        }
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline, 1000)]
    private static partial Regex Namespace();

    // By the indentation of our style: a nested class owns no tests.
    [GeneratedRegex(@"^(?:(?:public|internal|sealed|abstract|static|partial) )+class (?<class>\w+)(?:<[\w, ]+>)?(?:\([^{]*?\))?(?:\s*:\s*(?<base>\w+))?"
        + @"|^ {4}(?<mark>\[(?:\w*Fact|\w*Theory)\b[^\n]*)"
        + @"|^ {4}public (?:async )?(?:void|Task) (?<method>\w+)\(", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Part();
}
