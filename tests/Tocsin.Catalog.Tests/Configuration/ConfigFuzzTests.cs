using System.Diagnostics;
using Tocsin.Catalog.Configuration;

namespace Tocsin.Catalog.Tests.Configuration;

/// <summary>Mutations of a valid file: whatever stands in it, reading answers, soon, and in words.</summary>
public sealed class ConfigFuzzTests
{
    private const string Valid =
        """
        public_url: https://tocsin.example.org
        zone: Europe/Berlin
        people:
          ana: &ana {ntfy: https://ntfy.sh/topic, mail: [ana@example.org, "ana@home.example"], name: 'Ana L.'}
          ben: {webhook: {url: "https://hooks.example.org", signing: "${env:KEY}"}}
        services:
          shop:
            url: https://shop.example.org   # front
            depends_on: [api, db]
            description: |
              Takes orders
              and payments
            interval: 1h30m
          api: {depends_on: db, weight: 4}
          db:
        trusted_proxies: [10.0.0.0/8]
        database: ${file:/run/db}
        tls: {certificate: /c.pem, key: /k.pem}
        """;

    private static readonly string[] Pieces =
    [
        ":", ": ", "-", "- ", "\n", "\t", "  ", "[", "]", "{", "}", "*ana", "&x ", "*x", "!", "!!str ", "'", "\"", "|", ">", "#", "%", "@", "`", "?", "? ", ",",
        "---\n", "...\n", "<<", "null", "~", "\\", "\\x4", "\\uD800", "\\U00110000", "\u0000", "\u0085", "\uFEFF", "é", "\U0001F600", "\uD83D", "%YAML 9.9\n", "%TAG ! tag:x\n",
        "0x1F", "999999999999999999999", "1e999", "-1", "true", "${env:", "${file:", "://", "https://[", "https://@", "https://x:99999", "s", "m", "99999999s", "& ", "* ", "!<", "|9\n",
    ];

    [Fact]
    public void Read_AnyMutation_AnswersSoonAndWithoutException()
    {
        var random = new Random(20260301);
        var reader = new ConfigReader(Reading.Sections);
        var (good, bad, slowest) = (0, 0, TimeSpan.Zero);
        for (var round = 0; round < 6_000; round++)
        {
            var text = Mutate(Valid, random);
            var started = Stopwatch.GetTimestamp();
            ConfigReading reading;
            try { reading = reader.ReadText("fuzz.yaml", text, Reading.Noon); }
            catch (Exception error) { throw new InvalidOperationException($"round {round} threw on:\n{text}", error); }
            var elapsed = Stopwatch.GetElapsedTime(started);
            if (elapsed > slowest) slowest = elapsed;
            elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20), text);
            (reading.Revision is null).ShouldBe(reading.Errors.Any(), text);
            reading.Diagnostics.ShouldAllBe(found => found.Place.Line >= 1 && found.Place.Column >= 1 && !found.Text.Contains('\n') && found.Text.Length < 600);
            if (reading.Revision is null) { bad++; continue; }
            good++;
            var again = reader.ReadText("again.yaml", reading.Text, Reading.Noon);
            (again.Revision?.Hash).ShouldBe(reading.Revision.Hash, $"{text}\n--- kept as\n{reading.Text}\n{string.Join('\n', again.Errors)}");
        }
        // Both outcomes are visited, or the loop proves nothing.
        good.ShouldBeGreaterThan(100);
        bad.ShouldBeGreaterThan(1_000);
    }

    private static string Mutate(string text, Random random)
    {
        for (var edits = random.Next(1, 5); edits > 0; edits--)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(1, 12), text.Length - at);
            text = random.Next(5) switch
            {
                0 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                1 => text.Remove(at, length),
                2 => text.Insert(random.Next(text.Length), text.Substring(at, length)),
                3 => text[..at] + (char)random.Next(1, 0x250) + text[(at + 1)..],
                _ => SwapLines(text, random),
            };
            if (text.Length == 0) return ":";
        }
        return text;
    }

    private static string SwapLines(string text, Random random)
    {
        var lines = text.Split('\n');
        var (a, b) = (random.Next(lines.Length), random.Next(lines.Length));
        (lines[a], lines[b]) = (lines[b], lines[a]);
        return string.Join('\n', lines);
    }
}
