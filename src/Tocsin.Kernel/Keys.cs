using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tocsin.Kernel;

/// <summary>A name that a person gave to something in the configuration.</summary>
/// <remarks>Shape: <c>[a-z0-9][a-z0-9._-]{0,62}</c>; stable, because history refers to it. <c>default</c> has a null
/// value and is refused at every edge.</remarks>
public interface IKey<TSelf> where TSelf : struct, IKey<TSelf>
{
    string Value { get; }
    static abstract TSelf Create(string value);
}

/// <summary>A number that the database gave to something. Positive; <c>default</c> (0) is nothing.</summary>
public interface INumber<TSelf> where TSelf : struct, INumber<TSelf>
{
    long Value { get; }
    static abstract TSelf Create(long value);
    /// <summary>Letters before the number in sentences and addresses, such as <c>INC</c>.</summary>
    static abstract string Prefix { get; }
}

/// <summary>What people depend on.</summary>
[JsonConverter(typeof(KeyConverter<ServiceKey>))]
public readonly record struct ServiceKey(string Value) : IKey<ServiceKey>, IParsable<ServiceKey>
{
    public static ServiceKey Create(string value) => new(value);
    public static ServiceKey Parse(string s, IFormatProvider? provider) => Keys.Parse<ServiceKey>(s);
    public static bool TryParse(string? s, IFormatProvider? provider, out ServiceKey result) => Keys.TryParse(s, out result);
    public override string ToString() => Value;
}

/// <summary>A standing question about a service.</summary>
[JsonConverter(typeof(KeyConverter<CheckKey>))]
public readonly record struct CheckKey(string Value) : IKey<CheckKey>, IParsable<CheckKey>
{
    public static CheckKey Create(string value) => new(value);
    public static CheckKey Parse(string s, IFormatProvider? provider) => Keys.Parse<CheckKey>(s);
    public static bool TryParse(string? s, IFormatProvider? provider, out CheckKey result) => Keys.TryParse(s, out result);
    public override string ToString() => Value;
}

/// <summary>Somebody who can be paged, and who may have an account of the same key.</summary>
[JsonConverter(typeof(KeyConverter<PersonKey>))]
public readonly record struct PersonKey(string Value) : IKey<PersonKey>, IParsable<PersonKey>
{
    public static PersonKey Create(string value) => new(value);
    public static PersonKey Parse(string s, IFormatProvider? provider) => Keys.Parse<PersonKey>(s);
    public static bool TryParse(string? s, IFormatProvider? provider, out PersonKey result) => Keys.TryParse(s, out result);
    public override string ToString() => Value;
}

/// <summary>Something that can be changed under guard, such as a file of a service.</summary>
[JsonConverter(typeof(KeyConverter<TargetKey>))]
public readonly record struct TargetKey(string Value) : IKey<TargetKey>, IParsable<TargetKey>
{
    public static TargetKey Create(string value) => new(value);
    public static TargetKey Parse(string s, IFormatProvider? provider) => Keys.Parse<TargetKey>(s);
    public static bool TryParse(string? s, IFormatProvider? provider, out TargetKey result) => Keys.TryParse(s, out result);
    public override string ToString() => Value;
}

/// <summary>A switch that can lead traffic to a standby.</summary>
[JsonConverter(typeof(KeyConverter<FailoverKey>))]
public readonly record struct FailoverKey(string Value) : IKey<FailoverKey>, IParsable<FailoverKey>
{
    public static FailoverKey Create(string value) => new(value);
    public static FailoverKey Parse(string s, IFormatProvider? provider) => Keys.Parse<FailoverKey>(s);
    public static bool TryParse(string? s, IFormatProvider? provider, out FailoverKey result) => Keys.TryParse(s, out result);
    public override string ToString() => Value;
}

/// <summary>An outage and the work on it, as people name it: <c>INC-42</c>.</summary>
[JsonConverter(typeof(NumberConverter<IncidentId>))]
public readonly record struct IncidentId(long Value) : INumber<IncidentId>, IParsable<IncidentId>
{
    public static string Prefix => "INC";
    public static IncidentId Create(long value) => new(value);
    public static IncidentId Parse(string s, IFormatProvider? provider) => Keys.ParseNumber<IncidentId>(s);
    public static bool TryParse(string? s, IFormatProvider? provider, out IncidentId result) =>
        Keys.TryParseNumber(s, out result);
    public override string ToString() => $"{Prefix}-{Value}";
}

/// <summary>One problem with one dedup key, from firing to resolved: <c>ALERT-7</c>.</summary>
[JsonConverter(typeof(NumberConverter<AlertId>))]
public readonly record struct AlertId(long Value) : INumber<AlertId>, IParsable<AlertId>
{
    public static string Prefix => "ALERT";
    public static AlertId Create(long value) => new(value);
    public static AlertId Parse(string s, IFormatProvider? provider) => Keys.ParseNumber<AlertId>(s);
    public static bool TryParse(string? s, IFormatProvider? provider, out AlertId result) =>
        Keys.TryParseNumber(s, out result);
    public override string ToString() => $"{Prefix}-{Value}";
}

/// <summary>One attempt to wake one person about one incident: <c>PAGE-9</c>.</summary>
[JsonConverter(typeof(NumberConverter<PageId>))]
public readonly record struct PageId(long Value) : INumber<PageId>, IParsable<PageId>
{
    public static string Prefix => "PAGE";
    public static PageId Create(long value) => new(value);
    public static PageId Parse(string s, IFormatProvider? provider) => Keys.ParseNumber<PageId>(s);
    public static bool TryParse(string? s, IFormatProvider? provider, out PageId result) =>
        Keys.TryParseNumber(s, out result);
    public override string ToString() => $"{Prefix}-{Value}";
}

/// <summary>Something that altered production: <c>CHG-3</c>.</summary>
[JsonConverter(typeof(NumberConverter<ChangeId>))]
public readonly record struct ChangeId(long Value) : INumber<ChangeId>, IParsable<ChangeId>
{
    public static string Prefix => "CHG";
    public static ChangeId Create(long value) => new(value);
    public static ChangeId Parse(string s, IFormatProvider? provider) => Keys.ParseNumber<ChangeId>(s);
    public static bool TryParse(string? s, IFormatProvider? provider, out ChangeId result) =>
        Keys.TryParseNumber(s, out result);
    public override string ToString() => $"{Prefix}-{Value}";
}

/// <summary>Reading of keys and numbers at the edges.</summary>
public static class Keys
{
    public const int LengthMax = 63;
    public const string Shape = "1 to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit";

    public static bool IsKey([NotNullWhen(true)] string? text)
    {
        if (text is not { Length: >= 1 and <= LengthMax } || !char.IsAsciiLetterOrDigit(text[0])) return false;
        foreach (var c in text)
        {
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-')) return false;
        }
        return true;
    }

    public static bool TryParse<T>(string? text, out T key) where T : struct, IKey<T>
    {
        var isKey = IsKey(text);
        key = isKey ? T.Create(text!) : default;
        return isKey;
    }

    public static T Parse<T>(string text) where T : struct, IKey<T> =>
        TryParse<T>(text, out var key) ? key : throw new FormatException($"'{text}' is not a key: {Shape}.");

    /// <summary>Accepts <c>42</c> and <c>INC-42</c>, in any case.</summary>
    public static bool TryParseNumber<T>(string? text, out T id) where T : struct, INumber<T>
    {
        id = default;
        if (text is not { Length: >= 1 and <= 30 }) return false;
        var digits = text.AsSpan();
        if (digits.StartsWith(T.Prefix, StringComparison.OrdinalIgnoreCase) && digits.Length > T.Prefix.Length
            && digits[T.Prefix.Length] == '-') digits = digits[(T.Prefix.Length + 1)..];
        if (!long.TryParse(digits, System.Globalization.NumberStyles.None, null, out var value) || value <= 0) return false;
        id = T.Create(value);
        return true;
    }

    public static T ParseNumber<T>(string text) where T : struct, INumber<T> =>
        TryParseNumber<T>(text, out var id) ? id : throw new FormatException($"'{text}' is not like {T.Prefix}-42.");
}

internal sealed class KeyConverter<T> : JsonConverter<T> where T : struct, IKey<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.Create(reader.GetString() ?? "");
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

internal sealed class NumberConverter<T> : JsonConverter<T> where T : struct, INumber<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.Create(reader.GetInt64());
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Value);
}
