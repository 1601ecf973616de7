using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tocsin.Checks.Probes;

/// <summary>Judges an answer against what the check expects. Pure.</summary>
internal static class HttpExpectations
{
    public static bool AcceptsStatus(ProbeSpec.Http spec, HttpResponseMessage response) =>
        spec.Status.Any(range => (int)response.StatusCode >= range.From && (int)response.StatusCode <= range.To);

    /// <param name="body">What was read: the whole body, or its first 1 MiB.</param>
    public static Finding Judge(ProbeSpec.Http spec, HttpResponseMessage response, ReadOnlyMemory<byte> body, ProbeRun run)
    {
        var status = (int)response.StatusCode;
        if (!AcceptsStatus(spec, response))
        {
            return Finding.Down(ProbeReason.Status, $"answered {status}, expected {Ranges(spec.Status)}");
        }
        return HeaderFault(spec, response) ?? BodyFault(spec, response, body) ?? JsonFault(spec, body)
            ?? run.Certificate?.ExpiresSoon(spec.CertificateExpiresWithin, run.Clock.GetUtcNow())
            ?? SlowFault(spec, run)
            ?? Finding.Up(body.Length >= HttpProbe.BodyBytesMax ? $"answered {status}; of its long body 1 MiB was read" : $"answered {status}");
    }

    private static string Ranges(IReadOnlyList<(int From, int To)> ranges) =>
        string.Join(" or ", ranges.Select(range => range.From == range.To ? $"{range.From}" : $"{range.From} to {range.To}"));

    private static Finding? HeaderFault(ProbeSpec.Http spec, HttpResponseMessage response)
    {
        foreach (var (name, part) in spec.HeaderContains)
        {
            var found = Values(response, name);
            if (found is null) return Finding.Down(ProbeReason.Header, $"the answer has no header {name}");
            if (!found.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return Finding.Down(ProbeReason.Header, $"the header {name} does not contain '{Failures.Short(part)}'");
            }
        }
        return null;
    }

    private static string? Values(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values)
            || response.Content.Headers.NonValidated.TryGetValues(name, out values) ? values.ToString() : null;

    private static Finding? BodyFault(ProbeSpec.Http spec, HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        if (spec.BodyContains is null && spec.BodyLacks is null && spec.BodyMatches is null) return null;
        var text = EncodingOf(response).GetString(body.Span);
        if (spec.BodyContains is { } part && !text.Contains(part, StringComparison.Ordinal))
        {
            return Finding.Down(ProbeReason.Body, $"the body does not contain '{Failures.Short(part)}'");
        }
        if (spec.BodyLacks is { } bad && text.Contains(bad, StringComparison.Ordinal))
        {
            return Finding.Down(ProbeReason.Body, $"the body contains '{Failures.Short(bad)}'");
        }
        if (spec.BodyMatches is not { } pattern) return null;
        try
        {
            return pattern.IsMatch(text) ? null : Finding.Down(ProbeReason.Body, $"the body does not match {Failures.Short(pattern.ToString())}");
        }
        catch (RegexMatchTimeoutException)
        {
            return Finding.CannotTell(ProbeReason.Body, $"the pattern {Failures.Short(pattern.ToString())} takes too long on this body");
        }
    }

    private static Encoding EncodingOf(HttpResponseMessage response)
    {
        try
        {
            return response.Content.Headers.ContentType?.CharSet is { Length: > 0 } name ? Encoding.GetEncoding(name.Trim('"')) : Encoding.UTF8;
        }
        catch (ArgumentException) { return Encoding.UTF8; } // an unknown name says nothing better
    }

    private static Finding? JsonFault(ProbeSpec.Http spec, ReadOnlyMemory<byte> body)
    {
        if (spec.Json.Count == 0) return null;
        try
        {
            using var document = JsonDocument.Parse(body);
            return spec.Json.Select(expected => JsonFault(document.RootElement, expected)).FirstOrDefault(fault => fault is not null);
        }
        catch (JsonException) { return Finding.Down(ProbeReason.Json, "the body is not JSON"); }
    }

    private static Finding? JsonFault(JsonElement root, JsonExpectation expected)
    {
        if (!JsonPath.Parse(expected.Path).TryGet(out var path, out var error)) return Finding.CannotTell(ProbeReason.Json, error);
        if (path.Find(root) is not { } value) return Finding.Down(ProbeReason.Json, $"{expected.Path} is not in the answer");
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        return expected.EqualTo is not { } wanted || text == wanted ? null : Finding.Down(ProbeReason.Json,
            $"{expected.Path} is '{Failures.Short(text ?? "")}', expected '{Failures.Short(wanted)}'");
    }

    private static Finding? SlowFault(ProbeSpec.Http spec, ProbeRun run)
    {
        var took = run.Elapsed;
        return spec.DegradedAfter is { } limit && took > limit
            ? Finding.Degraded(ProbeReason.Slow, $"answered in {Failures.Seconds(took)}, slower than {Failures.Seconds(limit)}") : null;
    }
}
