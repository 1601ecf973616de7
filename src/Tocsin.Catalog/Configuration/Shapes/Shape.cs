using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Tocsin.Kernel;

namespace Tocsin.Catalog.Configuration;

/// <summary>One kind of value: how it is read, what is said when it is wrong, and how the JSON Schema describes it.</summary>
/// <remarks>Stateless. A shape is used by the reader and by the schema, so that the two cannot differ.</remarks>
public abstract class Shape<T>
{
    /// <summary>Continues "…, expected", with an example: "a duration from 1s to 1d such as 30s".</summary>
    public abstract string Expected { get; }

    /// <summary>One or two words for the reference: "duration".</summary>
    public abstract string Word { get; }

    /// <returns>A fresh object: a JSON node can stand in one place only.</returns>
    public abstract JsonObject Schema();

    /// <summary>Reads the value and says what is wrong with it.</summary>
    /// <returns>False when an error was said.</returns>
    public abstract bool TryRead(ConfigNode node, ConfigContext context, [MaybeNullWhen(false)] out T value);

    /// <summary>The same, with each value turned into something else.</summary>
    public Shape<TResult> Select<TResult>(Func<T, TResult> select) => new SelectShape<T, TResult>(this, select);

    /// <summary>The default as it stands in the schema; most are texts.</summary>
    internal virtual JsonNode DefaultJson(string text) => JsonValue.Create(text);

    /// <summary>The keys of a map shape, for the reference; empty for everything else.</summary>
    internal virtual IEnumerable<(string Prefix, Field Field)> Fields => [];
}

/// <summary>A value written as one text.</summary>
internal sealed class TextShape<T>(
    string word, string expected, Func<string, Parsed<T>> parse, Func<JsonObject> schema, Func<string, JsonNode>? defaultJson = null) : Shape<T>
{
    public override string Word => word;
    public override string Expected => expected;
    public override JsonObject Schema() => schema();
    internal override JsonNode DefaultJson(string text) => defaultJson?.Invoke(text) ?? base.DefaultJson(text);

    public override bool TryRead(ConfigNode node, ConfigContext context, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (node is not ConfigNode.Scalar { IsNull: false } scalar)
        {
            context.Unexpected(node, expected);
            return false;
        }
        if (parse(scalar.Text).TryGet(out value, out var why)) return true;
        if (why.Length == 0) context.Unexpected(node, expected);
        else context.Unexpected(node, $"{expected}: {why}");
        return false;
    }
}

/// <summary>A reference to a secret, or the secret itself, whose value is never said.</summary>
internal sealed class SecretShape(bool isUsuallyPublic) : Shape<SecretRef>
{
    private const int LengthMax = 8_000;
    public override string Word => "secret";
    public override string Expected => "a secret such as ${env:NAME} or ${file:/path}";
    public override JsonObject Schema() => new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = LengthMax };

    public override bool TryRead(ConfigNode node, ConfigContext context, [MaybeNullWhen(false)] out SecretRef value)
    {
        value = null;
        if (node is not ConfigNode.Scalar { IsNull: false, Text.Length: <= LengthMax } scalar)
        {
            context.Unexpected(node, Expected, isSecret: true);
            return false;
        }
        var text = scalar.Text;
        if (!text.StartsWith("${", StringComparison.Ordinal)) return InPlace(scalar, context, out value);
        var (kind, name) = text is [_, _, .. var inner, '}'] && inner.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
            ? (inner[..colon], inner[(colon + 1)..]) : ("", "");
        value = kind switch
        {
            "env" when IsVariable(name) => SecretRef.OfEnvironment(name),
            "file" when name.StartsWith('/') && name.Length <= 1_000 => SecretRef.OfFile(name),
            _ => null,
        };
        if (value is not null) return true;
        context.Diagnostics.Error(node.Place, $"{context.Path} is a reference that cannot be read, expected ${{env:NAME}} or ${{file:/path}}");
        return false;
    }

    private bool InPlace(ConfigNode.Scalar scalar, ConfigContext context, out SecretRef value)
    {
        context.Secrets.Add(scalar);
        value = SecretRef.InPlace(scalar.Text);
        if (!isUsuallyPublic)
        {
            context.Diagnostics.Warn(scalar.Place, $"{context.Path} holds a secret in the file, better ${{env:NAME}} or ${{file:/path}}");
        }
        return true;
    }

    private static bool IsVariable(string name) =>
        name.Length is > 0 and <= 200 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}

/// <summary>The name of something configured elsewhere; it is resolved when everything is read.</summary>
internal sealed class NameShape<T>(IReadOnlyList<string> kinds, Func<string, T> create, IReadOnlyList<string> words) : Shape<T>
{
    private string Kinds => string.Join(" or ", kinds);
    public override string Word => $"name of a {Kinds}";
    public override string Expected => $"the name of a {Kinds}{string.Concat(words.Select(word => $" or '{word}'"))}";
    public override JsonObject Schema() => new() { ["type"] = "string", ["maxLength"] = Keys.LengthMax };

    public override bool TryRead(ConfigNode node, ConfigContext context, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (node is not ConfigNode.Scalar { IsNull: false } scalar)
        {
            context.Unexpected(node, Expected);
            return false;
        }
        // A name that cannot be a key is said to be unknown like any other.
        if (!words.Contains(scalar.Text)) context.Names.Refer(kinds, scalar.Text, scalar.Place, context.Path);
        value = create(scalar.Text);
        return true;
    }
}

/// <summary>A shape whose values are turned into something else.</summary>
internal sealed class SelectShape<T, TResult>(Shape<T> inner, Func<T, TResult> select) : Shape<TResult>
{
    public override string Word => inner.Word;
    public override string Expected => inner.Expected;
    public override JsonObject Schema() => inner.Schema();
    internal override JsonNode DefaultJson(string text) => inner.DefaultJson(text);
    internal override IEnumerable<(string Prefix, Field Field)> Fields => inner.Fields;

    public override bool TryRead(ConfigNode node, ConfigContext context, [MaybeNullWhen(false)] out TResult value)
    {
        var isRead = inner.TryRead(node, context, out var read);
        value = isRead ? select(read!) : default;
        return isRead;
    }
}
