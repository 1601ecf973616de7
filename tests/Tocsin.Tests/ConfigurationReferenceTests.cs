using Tocsin.Catalog.Configuration;
using Tocsin.Server;

namespace Tocsin.Tests;

public sealed class ConfigurationReferenceTests
{
    [Fact]
    public void Reference_IsWhatTheSchemaSays()
    {
        var written = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "configuration.md"));
        // Written anew with: ./tocsin schema --reference > docs/configuration.md
        (written.TrimEnd() == ConfigReference.Write(Modules.Sections).TrimEnd()).ShouldBeTrue("docs/configuration.md is out of date");
    }

    [Fact]
    public void SmallestFile_IsValid()
    {
        const string Smallest = """
            people:
              me: {ntfy: https://ntfy.example.org/a-long-secret-topic}
            services:
              shop: https://shop.example.org
            public_url: https://tocsin.example.org
            """;
        Smallest.Split('\n').Length.ShouldBe(5);
        var reading = new ConfigReader(Modules.Sections).ReadText("tocsin.yaml", Smallest, DateTimeOffset.UnixEpoch);
        reading.Diagnostics.ShouldBeEmpty();
        reading.Revision!.Get<Checks.ChecksModel>().Checks.Values.ShouldHaveSingleItem().Interval.ShouldBe(TimeSpan.FromSeconds(30));
    }
}
