namespace Tocsin.Catalog.Configuration;

/// <summary>Where a reader is in the file, and where it says what is wrong. One per value; all of one reading share the rest.</summary>
public sealed class ConfigContext
{
    private readonly ConfigContext? parent;
    private readonly string name;

    internal ConfigContext(DiagnosticList diagnostics) => (Diagnostics, Names, Secrets, name) = (diagnostics, new NameTable(diagnostics), [], "");

    private ConfigContext(ConfigContext parent, string name)
    {
        (this.parent, this.name) = (parent, name);
        (Diagnostics, Names, Secrets) = (parent.Diagnostics, parent.Names, parent.Secrets);
    }

    internal DiagnosticList Diagnostics { get; }
    internal NameTable Names { get; }

    /// <summary>Texts that were read as a secret written in place; they are masked before the text is kept.</summary>
    internal HashSet<ConfigNode> Secrets { get; }

    /// <summary>Such as <c>services.shop.interval</c>; "the file" at the top.</summary>
    public string Path => parent is null ? "the file" : parent.parent is null ? name : $"{parent.Path}.{name}";

    internal ConfigContext At(string key) => new(this, Shown.Plain(key));

    /// <summary>Says that the value is not what was expected.</summary>
    /// <param name="expected">Continues "…, expected"; ends without a full stop.</param>
    public void Unexpected(ConfigNode node, string expected, bool isSecret = false)
    {
        var found = node switch
        {
            { IsNull: true } => "is empty",
            ConfigNode.Scalar scalar when !isSecret => $"is {Shown.Quoted(scalar.Text)}",
            _ => $"is {node.InWords}",
        };
        Diagnostics.Error(node.Place, $"{Path} {found}, expected {expected}");
    }
}
