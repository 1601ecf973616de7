using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using Tocsin.Kernel;

namespace Tocsin.Catalog.Configuration;

/// <summary>The kinds of values that sections are made of.</summary>
public static class ConfigShapes
{
    /// <summary>A text on its own terms.</summary>
    /// <param name="expected">Continues "…, expected", with an example.</param>
    /// <param name="parse">Bad with an empty reason says only what was expected; a reason never quotes the text.</param>
    public static Shape<T> Written<T>(string word, string expected, Func<string, Parsed<T>> parse, Func<JsonObject>? schema = null) =>
        new TextShape<T>(word, expected, parse, schema ?? (() => new JsonObject { ["type"] = new JsonArray("string", "number") }));

    /// <summary>Free text of 1 to <paramref name="max"/> characters.</summary>
    public static Shape<string> Text(int max, string example) => new TextShape<string>(
        "text", $"a text of 1 to {max:N0} characters such as {example}",
        text => text.Length == 0 || text.Length > max ? Parsed<string>.Bad("") : text,
        () => new JsonObject { ["type"] = new JsonArray("string", "number", "boolean"), ["minLength"] = 1, ["maxLength"] = max });

    /// <param name="min">Inclusive, like <paramref name="max"/>.</param>
    public static Shape<TimeSpan> Duration(TimeSpan min, TimeSpan max, string example) => new TextShape<TimeSpan>(
        "duration", $"a duration from {ConfigDurations.Write(min)} to {ConfigDurations.Write(max)} such as {example}",
        text => !ConfigDurations.Parse(text).TryGet(out var value, out var why) ? Parsed<TimeSpan>.Bad(why)
            : value < min || value > max ? Parsed<TimeSpan>.Bad("") : value,
        () => new JsonObject { ["type"] = "string", ["pattern"] = "^([0-9]+(ms|[wdhms]))+$" });

    /// <param name="min">Inclusive, like <paramref name="max"/>.</param>
    public static Shape<int> Integer(int min, int max) => new TextShape<int>(
        "number", $"a whole number from {min} to {max}",
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value : Parsed<int>.Bad(""),
        () => new JsonObject { ["type"] = "integer", ["minimum"] = min, ["maximum"] = max },
        text => JsonValue.Create(int.Parse(text, CultureInfo.InvariantCulture)));

    public static Shape<bool> Flag { get; } = new TextShape<bool>(
        "true or false", "true or false",
        text => text switch { "true" => true, "false" => false, _ => Parsed<bool>.Bad("") },
        () => new JsonObject { ["type"] = "boolean" },
        text => JsonValue.Create(text == "true"));

    /// <summary>An absolute <c>http</c> or <c>https</c> address of at most 2,000 characters.</summary>
    public static Shape<Uri> Url(string example) => new TextShape<Uri>(
        "address", $"an address such as {example}", ParseUrl,
        () => new JsonObject { ["type"] = "string", ["pattern"] = "^https?://", ["maxLength"] = 2_000 });

    /// <summary>One of a few words, in any case.</summary>
    public static Shape<T> Word<T>(params (string Word, T Value)[] words)
    {
        string[] list = [.. words.Select(word => word.Word)];
        var expected = list.Length == 1 ? list[0] : $"{string.Join(", ", list[..^1])} or {list[^1]}";
        return new TextShape<T>("word", expected,
            text => words.Where(word => word.Word.Equals(text, StringComparison.OrdinalIgnoreCase)).Select(word => Parsed<T>.Of(word.Value))
                .DefaultIfEmpty(Parsed<T>.Bad(Suggestion.For(text, list) is { } meant ? $"did you mean '{meant}'?" : "")).First(),
            () => new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. list.Select(word => JsonValue.Create(word))]) });
    }

    /// <summary>A secret, or where it stands. Its value is never said; written in place it is warned about.</summary>
    public static Shape<SecretRef> Secret { get; } = new SecretShape(isUsuallyPublic: false);

    /// <summary>A text that may be a secret, such as a header, and usually is none.</summary>
    public static Shape<SecretRef> MaybeSecret { get; } = new SecretShape(isUsuallyPublic: true);

    /// <summary>An IANA time zone.</summary>
    public static Shape<DateTimeZone> Zone { get; } = new TextShape<DateTimeZone>(
        "time zone", "a time zone of the IANA list such as Europe/Berlin",
        text => DateTimeZoneProviders.Tzdb.GetZoneOrNull(text) is { } zone ? zone
            : Parsed<DateTimeZone>.Bad(Suggestion.For(text, DateTimeZoneProviders.Tzdb.Ids) is { } meant ? $"did you mean '{meant}'?" : ""),
        () => new JsonObject { ["type"] = "string" });

    /// <summary>The key of something that another place configures.</summary>
    /// <param name="kind">Such as <c>person</c>, <c>service</c>, <c>schedule</c>, <c>policy</c>.</param>
    public static Shape<T> NameOf<T>(string kind) where T : struct, IKey<T> => new NameShape<T>([kind], T.Create, []);

    /// <inheritdoc cref="NameOf{T}"/>
    /// <param name="words">Texts with a meaning of their own, which refer to nothing.</param>
    public static Shape<string> NameOf(IReadOnlyList<string> kinds, params string[] words) => new NameShape<string>(kinds, name => name, words);

    public static Shape<IReadOnlyList<T>> List<T>(Shape<T> item, int max) => new ListShape<T>(item, max, allowsOne: false);

    /// <summary>A list, or a single value for a list of one.</summary>
    public static Shape<IReadOnlyList<T>> OneOrMany<T>(Shape<T> item, int max) => new ListShape<T>(item, max, allowsOne: true);

    /// <summary>A map whose keys are names (<see cref="Keys.Shape"/>) that other places can refer to.</summary>
    /// <param name="kind">Of the names, such as <c>person</c>; null when nothing refers to them.</param>
    public static Shape<IReadOnlyList<Entry<T>>> Named<T>(string keyWord, string? kind, Shape<T> item, int max) =>
        new EntriesShape<T>(keyWord, kind, key => Keys.IsKey(key) ? null : $"a name of {Keys.Shape}", item, max);

    /// <summary>A map whose keys are texts.</summary>
    /// <param name="keyFault">Why a text cannot be a key, continuing "expected"; null when it can.</param>
    public static Shape<IReadOnlyList<Entry<T>>> Pairs<T>(string keyWord, Func<string, string?> keyFault, Shape<T> item, int max) =>
        new EntriesShape<T>(keyWord, null, keyFault, item, max);

    /// <inheritdoc cref="MapShape{T}"/>
    public static Shape<T> Map<T>(string word, IReadOnlyList<Field> fields, Func<ConfigMap, T?> build) where T : class =>
        new MapShape<T>(word, fields, build);

    public static Shape<T> ShortOrLong<T>(Shape<T> shortForm, Shape<T> longForm) => new ShortOrLongShape<T>(shortForm, longForm);

    /// <returns>The address; a reason that is empty when the shape says enough.</returns>
    public static Parsed<Uri> ParseUrl(string text)
    {
        if (text.Length > 2_000 || text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))) return Parsed<Uri>.Bad("");
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0
            ? url : Parsed<Uri>.Bad("");
    }
}
