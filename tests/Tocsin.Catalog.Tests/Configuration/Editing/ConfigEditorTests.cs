using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;
using Tocsin.Storage;
using Tocsin.Storage.Tests;

namespace Tocsin.Catalog.Tests.Configuration.Editing;

/// <summary>Proposals and what is saved of them, on a real database and real files.</summary>
[Trait("Database", "both")]
public sealed class ConfigEditorTests : IAsyncLifetime
{
    private const string WithSecret =
        """
        database: 'Host=db;Password=hunter2'
        services:
          shop: https://shop.example.org
        """;

    private static readonly PersonKey Me = new("me");
    private static readonly ConfigInsert Blog = new(["services"], "blog", ConfigInsert.Text("https://blog.example.org"));

    private readonly TemporaryDirectory config = new(), data = new();
    private readonly Clock clock = new();
    private DataDirectory directory = null!;
    private Database database = null!;
    private Catalog.Revisions revisions = null!;
    private ConfigEditor editor = null!;

    private string FilePath => Path.Combine(config.Path, "tocsin.yaml");

    public Task InitializeAsync()
    {
        directory = DataDirectory.Take(Path.Combine(data.Path, "d")).Value;
        database = TestDatabase.Open(directory, CatalogModule.Migrations, clock);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        directory.Dispose();
        config.Dispose();
        data.Dispose();
    }

    private void Start(params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files) File.WriteAllText(Path.Combine(config.Path, name), text);
        var reader = new ConfigReader(Reading.Sections);
        revisions = new Catalog.Revisions(config.Path, reader, reader.Read(config.Path, clock.GetUtcNow()), database.Facts, clock);
        editor = new ConfigEditor(revisions, reader, clock);
    }

    private sealed record Entry(string Kind, string Actor, string Body);

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Reading.Noon;
    }

    [Fact]
    public async Task Save_WhatWasProposed_IsInForceInTheNameOfThePerson()
    {
        Start(("tocsin.yaml", "# ours\n" + Reading.Smallest));
        File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var proposal = editor.Propose([Blog]);
        proposal.CanBeSaved.ShouldBeTrue(proposal.ByHand);
        proposal.Diff.Single(line => line.Kind == DiffKind.Added).ShouldBe(new DiffLine(DiffKind.Added, 6, "  blog: https://blog.example.org"));
        File.ReadAllText(FilePath).ShouldNotContain("blog", Case.Sensitive, "looking writes nothing");

        var saved = (await editor.SaveAsync(proposal, Me, default)).ShouldBeOfType<ConfigSaving.Saved>();

        saved.Revision.ShouldBe(revisions.Current.Hash);
        File.ReadAllText(FilePath).ShouldStartWith("# ours\n");
        File.GetUnixFileMode(FilePath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(config.Path).ShouldBe([FilePath], "nothing temporary is left");
        revisions.Current.Catalog.Services.Keys.ShouldContain(new ServiceKey("blog"));
        var entry = (await database.Facts.ReadAsync(async tx => await tx.QueryAsync<Entry>("select kind, actor, body from journal"))).Single();
        (entry.Kind, entry.Actor).ShouldBe(("config.applied", "user/me"));
        entry.Body.ShouldContain("added blog");
        (await revisions.HistoryAsync(1)).Single().Author.ShouldBe("me");
    }

    [Fact]
    public async Task Save_FileChangedMeanwhile_WritesNothingAndShowsWhatChanged()
    {
        Start(("tocsin.yaml", Reading.Smallest));
        var proposal = editor.Propose([Blog]);
        var meanwhile = Reading.Smallest + "\nzone: Europe/Berlin\n";
        File.WriteAllText(FilePath, meanwhile);
        var changed = (await editor.SaveAsync(proposal, Me, default)).ShouldBeOfType<ConfigSaving.Changed>();
        changed.Meanwhile.Single(line => line.Kind == DiffKind.Added).Text.ShouldBe("zone: Europe/Berlin");
        File.ReadAllText(FilePath).ShouldBe(meanwhile);
        (await editor.SaveAsync(editor.Propose([Blog]), Me, default)).ShouldBeOfType<ConfigSaving.Saved>();
    }

    [Fact]
    public async Task Save_AnotherFileBrokenMeanwhile_IsRefusedWithItsErrors()
    {
        Start(("a.yaml", Reading.Smallest), ("b.yaml", "zone: UTC\n"));
        var proposal = editor.Propose([Blog]);
        File.WriteAllText(Path.Combine(config.Path, "b.yaml"), "zone: Nowhere\n");
        var refused = (await editor.SaveAsync(proposal, Me, default)).ShouldBeOfType<ConfigSaving.Refused>();
        refused.Diagnostics.ShouldContain(found => found.Text.StartsWith("zone is 'Nowhere'", StringComparison.Ordinal));
        File.ReadAllText(Path.Combine(config.Path, "a.yaml")).ShouldBe(Reading.Smallest);
    }

    [Fact]
    public async Task Save_DirectoryThatTakesNothing_SaysWhyAndLeavesTheFile()
    {
        Start(("tocsin.yaml", Reading.Smallest));
        var proposal = editor.Propose([Blog]);
        // A directory of that name stands where the file was: also root cannot replace it.
        File.Delete(FilePath);
        Directory.CreateDirectory(FilePath);
        (await editor.SaveAsync(proposal, Me, default)).ShouldBeOfType<ConfigSaving.NotWritten>().Why.ShouldNotBeEmpty();
        editor.Propose([Blog]).ByHand.ShouldNotBeNull();
    }

    [Fact]
    public void Propose_SeveralFiles_ChoosesTheOneWithTheServices()
    {
        Start(("a.yaml", "zone: UTC\n"), ("b.yaml", Reading.Smallest), ("c.yaml", "services:\n  blog-2: https://b.example.org\n"));
        editor.Propose([Blog]).File.ShouldBe(Path.Combine(config.Path, "b.yaml"));
        editor.Propose([new ConfigInsert(["services", "blog-2", "checks"], "x", ConfigInsert.Text("https://x.example.org"))]).File.ShouldBe(Path.Combine(config.Path, "c.yaml"));
    }

    [Fact]
    public void Propose_Mistake_IsSaidWithFileLineAndColumn()
    {
        Start(("tocsin.yaml", Reading.Smallest));
        var proposal = editor.Propose([new ConfigInsert(["services"], "Blog", ConfigInsert.Text("ftp://blog"))]);
        proposal.CanBeSaved.ShouldBeFalse();
        proposal.Errors.Select(found => found.ToString()).ShouldBe(
        [
            $"{FilePath}:5:3: services has the key 'Blog', expected a name of {Keys.Shape}",
            $"{FilePath}:5:9: services.Blog is 'ftp://blog', expected an address such as https://shop.example.org",
        ], ignoreOrder: true);
    }

    [Fact]
    public void Propose_SecretsNearby_AreMasked()
    {
        Start(("tocsin.yaml", WithSecret));
        var diff = editor.Propose([Blog]).Diff;
        diff[0].Text.ShouldBe("database: ***");
        diff.ShouldNotContain(line => line.Text.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Propose_FileThatCannotBeAddedTo_GivesTheTextToPaste()
    {
        Start(("tocsin.yaml", "services:\n  shop:\n    description: |+\n      One.\n\nzone: UTC\n"));
        var proposal = editor.Propose([Blog]);
        proposal.CanBeSaved.ShouldBeFalse();
        proposal.Snippet.ShouldBe("services:\n  blog: https://blog.example.org\n");
    }

    [Fact]
    public async Task Save_FileBehindALink_KeepsTheLinkAndTheMark()
    {
        var target = Path.Combine(data.Path, "real.yaml");
        File.WriteAllText(target, "\uFEFF" + Reading.Smallest);
        File.CreateSymbolicLink(FilePath, target);
        Start();
        (await editor.SaveAsync(editor.Propose([Blog]), Me, default)).ShouldBeOfType<ConfigSaving.Saved>();
        File.ResolveLinkTarget(FilePath, returnFinalTarget: true)!.FullName.ShouldBe(target);
        File.ReadAllBytes(target)[..3].ShouldBe([0xEF, 0xBB, 0xBF]);
        File.ReadAllText(target).ShouldContain("blog:");
    }
}
