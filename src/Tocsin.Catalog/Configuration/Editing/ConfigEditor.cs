using Tocsin.Kernel;

namespace Tocsin.Catalog.Configuration;

/// <summary>Adds to the files of the configuration what a person entered in the browser.</summary>
public sealed class ConfigEditor(Revisions revisions, ConfigReader reader, TimeProvider clock)
{
    /// <summary>Whether some file has a map there, so that entries can be added to it.</summary>
    public bool HasMap(params IReadOnlyList<string> path) =>
        ConfigFiles.Read(revisions.Path, new DiagnosticList()).Any(file => Find(file, path) is ConfigNode.Map or { IsNull: true });

    /// <summary>Works out the change without writing it: which file, which lines, and what the reader says to it.</summary>
    /// <param name="inserts">All go into one file: the one that has most of the way to the first of them, of equals the first.</param>
    public ConfigProposal Propose(IReadOnlyList<ConfigInsert> inserts)
    {
        var snippet = string.Join('\n', inserts.Select(insert => insert.Snippet));
        var files = ConfigFiles.Read(revisions.Path, new DiagnosticList());
        if (files.Count == 0) return new ConfigProposal { File = revisions.Path, Snippet = snippet, ByHand = "the files of the configuration cannot be read" };
        var file = files.MaxBy(one => KnownOf(one, inserts[0].Path))!;
        var after = Parsed<string>.Of(file.Text);
        foreach (var insert in inserts)
        {
            if (after.IsValid) after = YamlInsertion.Insert(file.Name, after.Value, insert);
        }
        if (!after.TryGet(out var text, out var why)) return new ConfigProposal { File = file.Name, Snippet = snippet, ByHand = why };
        var reading = ReadWith(file.Name, text, "file");
        return new ConfigProposal
        {
            File = file.Name, Snippet = snippet, Before = file.Text, After = text, Diagnostics = reading.Diagnostics,
            ByHand = EditedFile.WhyFixed(file.Name) is { } reason ? $"Tocsin may not write {file.Name}: {reason}" : null,
            Diff = LineDiff.Of(Masked(file.Name, file.Text), Masked(file.Name, text, reading)),
        };
    }

    /// <summary>Writes it, if the file still says what it said, and puts it in force in the name of the person.</summary>
    /// <exception cref="Kernel.Ports.StoreUnavailableException">It is written; the files are read again by themselves.</exception>
    public async Task<ConfigSaving> SaveAsync(ConfigProposal proposal, PersonKey author, CancellationToken cancellation)
    {
        ConfigSaving? refusal = null;
        var reload = await revisions.ReloadAfterAsync(() => (refusal = Write(proposal, author)) is null, author.Value, cancellation);
        return refusal ?? (reload!.Result == ReloadResult.Refused
            ? new ConfigSaving.Refused(reload.Diagnostics) : new ConfigSaving.Saved(revisions.Current.Hash));
    }

    private ConfigSaving? Write(ConfigProposal proposal, PersonKey author)
    {
        if (!EditedFile.Read(proposal.File).TryGet(out var now, out var unread)) return new ConfigSaving.NotWritten(unread);
        if (now != proposal.Before)
        {
            return new ConfigSaving.Changed(LineDiff.Of(Masked(proposal.File, proposal.Before), Masked(proposal.File, now)));
        }
        if (ReadWith(proposal.File, proposal.After, author.Value) is { Revision: null } bad) return new ConfigSaving.Refused(bad.Diagnostics);
        return EditedFile.Replace(proposal.File, proposal.After).Error is { } why ? new ConfigSaving.NotWritten(why) : null;
    }

    /// <summary>The whole configuration, one file of it with another text.</summary>
    private ConfigReading ReadWith(string file, string text, string author)
    {
        var diagnostics = new DiagnosticList();
        var files = ConfigFiles.Read(revisions.Path, diagnostics).Select(one => one.Name == file ? one with { Text = text } : one);
        return reader.Read(revisions.Path, [.. files], diagnostics, clock.GetUtcNow(), author);
    }

    /// <summary>How many keys of the path the file has.</summary>
    private static int KnownOf(ConfigFile file, IReadOnlyList<string> path)
    {
        var known = path.Count;
        while (known > 0 && Find(file, path.Take(known)) is null) known--;
        return known;
    }

    private static ConfigNode? Find(ConfigFile file, IEnumerable<string> path)
    {
        ConfigNode? node = YamlTree.Read(file.Name, file.Text, 0, new DiagnosticList());
        foreach (var key in path) node = (node as ConfigNode.Map)?.Entries.FirstOrDefault(entry => entry.Key == key)?.Value;
        return node;
    }

    private string Masked(string name, string text) => Masked(name, text, reader.ReadText(name, text, clock.GetUtcNow()));

    /// <summary>The text as it may be shown: no secret that is written in place, no credentials of an address.</summary>
    private static string Masked(string name, string text, ConfigReading reading)
    {
        var lines = Shown.WithoutCredentials(text).Split('\n');
        foreach (var (place, count) in reading.Secrets.Where(secret => secret.Place.File == name && secret.Place.Line <= lines.Length))
        {
            var first = lines[place.Line - 1];
            lines[place.Line - 1] = first[..Math.Min(place.Column - 1, first.Length)] + "***";
            for (var line = place.Line; line < Math.Min(lines.Length, place.Line + count - 1); line++) lines[line] = "***";
        }
        return string.Join('\n', lines);
    }
}
