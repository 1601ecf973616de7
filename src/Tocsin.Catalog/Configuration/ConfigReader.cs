using System.Security.Cryptography;
using System.Text;

namespace Tocsin.Catalog.Configuration;

/// <summary>What came of reading a configuration.</summary>
public sealed class ConfigReading
{
    /// <summary>The configuration; null when there is an error.</summary>
    public Revision? Revision { get; internal init; }

    /// <summary>All errors and warnings at once, by file, line and column.</summary>
    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    public IEnumerable<Diagnostic> Errors => Diagnostics.Where(found => found.Level == DiagnosticLevel.Error);

    public IEnumerable<Diagnostic> Warnings => Diagnostics.Where(found => found.Level == DiagnosticLevel.Warning);

    /// <summary>Where each key at the top stands: for what is said about a section by whoever looks further than its text.</summary>
    public IReadOnlyDictionary<string, Place> Sections { get; internal init; } = new Dictionary<string, Place>();

    /// <summary>Where secrets are written in place, and over how many lines.</summary>
    internal IReadOnlyList<(Place Place, int Lines)> Secrets { get; init; } = [];

    /// <summary>Services, checks and the like, for telling what changed.</summary>
    internal IReadOnlyList<ConfigItem> Items { get; init; } = [];

    /// <summary>YAML without comments and secrets. Shape: at most 25 MB.</summary>
    internal string Text { get; init; } = "";

    /// <summary>SHA-256 of everything read, secrets included; stays in memory.</summary>
    internal string Fingerprint { get; init; } = "";
}

/// <summary>Reads a configuration from a directory, a file or a text.</summary>
public sealed class ConfigReader(IEnumerable<IConfigSection> sections)
{
    private readonly ConfigGrammar grammar = new(sections);

    /// <param name="path">A directory with <c>*.yaml</c> and <c>*.yml</c> files, or one file.</param>
    /// <param name="now">Becomes the time of the revision.</param>
    /// <param name="author">Who changed it: <c>file</c>, <c>signal</c>, or a person's key.</param>
    public ConfigReading Read(string path, DateTimeOffset now, string author = "file")
    {
        var diagnostics = new DiagnosticList();
        var files = ConfigFiles.Read(path, diagnostics);
        return Read(path, files, diagnostics, now, author);
    }

    /// <param name="name">Name of the text in messages.</param>
    public ConfigReading ReadText(string name, string text, DateTimeOffset now, string author = "file") =>
        Read(name, [new ConfigFile(name, text)], new DiagnosticList(), now, author);

    internal ConfigReading Read(string path, IReadOnlyList<ConfigFile> files, DiagnosticList diagnostics, DateTimeOffset now, string author)
    {
        var isRead = diagnostics.Errors == 0;
        var maps = new List<ConfigNode.Map>();
        foreach (var file in files)
        {
            if (YamlTree.Read(file.Name, file.Text, maps.Sum(map => map.Size), diagnostics) is { } map) maps.Add(map);
        }
        // Names of a file that cannot be read are not known: what refers to them is not wrong.
        var isWhole = isRead && maps.Count == files.Count;
        var root = FileMerge.Merge(files.Count > 0 ? files[0].Name : path, maps, diagnostics);
        var context = new ConfigContext(diagnostics);
        var draft = grammar.Read(root, context);
        var models = new List<(IConfigSection Section, object Model)>();
        if (isWhole)
        {
            context.Names.ResolveAll();
            models.AddRange(grammar.Sections.Select(section => (section, section.Build(draft))));
        }
        return Conclude(root, context, models, files, now, author);
    }

    private static ConfigReading Conclude(
        ConfigNode.Map root, ConfigContext context, List<(IConfigSection Section, object Model)> models,
        IReadOnlyList<ConfigFile> files, DateTimeOffset now, string author)
    {
        var diagnostics = context.Diagnostics;
        var secrets = context.Secrets.OfType<ConfigNode.Scalar>().Select(node => (node.Place, node.Text.Count(c => c == '\n') + 1)).ToList();
        if (diagnostics.Errors > 0)
        {
            return new ConfigReading { Diagnostics = diagnostics.Sorted(), Secrets = secrets, Fingerprint = Hash(string.Join('\0', [.. files.Select(file => file.Text), .. diagnostics.Sorted().Select(found => found.ToString())])) };
        }
        var text = CanonicalText.Masked(root, context.Secrets);
        return new ConfigReading
        {
            Revision = new Revision(Hash(text)[..12], now, author, models.Select(model => model.Model)),
            Diagnostics = diagnostics.Sorted(),
            Sections = root.Entries.ToDictionary(entry => entry.Key, entry => entry.Place, StringComparer.Ordinal),
            Secrets = secrets,
            Items = [.. models.SelectMany(model => model.Section.Items(model.Model))],
            Text = text,
            Fingerprint = Hash(CanonicalText.Full(root)),
        };
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
