using Tocsin.Catalog.Configuration;

namespace Tocsin.Catalog.Tests.Configuration;

/// <summary>The sections of the catalog and one of the test's own that reads the address of a service.</summary>
internal static class Reading
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly IReadOnlyList<IConfigSection> Sections = [new CatalogSection(), new ServerSection(), new AddressSection()];

    public const string Smallest =
        """
        people:
          me: {ntfy: https://ntfy.sh/topic}
        services:
          shop: https://shop.example.org
        public_url: https://tocsin.example.org
        """;

    public static ConfigReading Of(string text) => new ConfigReader(Sections).ReadText("t.yaml", text, Noon);

    public static string[] ErrorsOf(string text) => [.. Of(text).Diagnostics.Select(found => found.ToString())];

    /// <summary>Reads a directory of files, named as given; the path is cut off the messages.</summary>
    public static (ConfigReading Reading, string[] Found) OfFiles(params (string Name, string Text)[] files)
    {
        using var directory = new TemporaryDirectory();
        foreach (var (name, text) in files) File.WriteAllText(Path.Combine(directory.Path, name), text);
        var reading = new ConfigReader(Sections).Read(directory.Path, Noon);
        return (reading, [.. reading.Diagnostics.Select(found => found.ToString().Replace(directory.Path + "/", "", StringComparison.Ordinal))]);
    }

    internal sealed record Addresses(IReadOnlyList<Uri> Urls);

    private sealed class AddressSection : IConfigSection
    {
        private static readonly Field<Uri> Url = Field.Optional("url", "Address.", ConfigShapes.Url("https://shop.example.org"));
        private static readonly Field<TimeSpan> Interval = Field.WithDefault("interval", "Time between probes.",
            ConfigShapes.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), "10s"), "30s");
        private static readonly Field<int> Weight = Field.WithDefault("weight", "A number.", ConfigShapes.Integer(1, 10), "3");
        public IReadOnlyList<Field> Keys => [];
        public IReadOnlyList<Field> ServiceKeys { get; } = [Url, Interval, Weight];
        public object Build(ConfigDraft draft) => new Addresses([.. draft.Services.Select(s => s.Keys.Optional(Url)).OfType<Uri>()]);
    }
}

internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tocsin-").FullName;
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
