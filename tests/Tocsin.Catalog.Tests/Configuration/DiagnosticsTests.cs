using System.Text;
using Tocsin.Catalog.Configuration;

namespace Tocsin.Catalog.Tests.Configuration;

/// <summary>Every class of mistake, with the exact words a person reads.</summary>
public sealed class DiagnosticsTests
{
    [Theory]
    [InlineData("servces:\n  shop:\n", "t.yaml:1:1: the file has the unknown key 'servces', did you mean 'services'?")]
    [InlineData("services:\n  shop: {intervall: 3s}\n", "t.yaml:2:10: services.shop has the unknown key 'intervall', did you mean 'interval'?")]
    [InlineData("services:\n  shop: {zzzzzz: 3s}\n", "t.yaml:2:10: services.shop has the unknown key 'zzzzzz', expected one of name, description, depends_on, escalation, url, interval, weight")]
    [InlineData("services:\n  shop: {interval: soon}\n", "t.yaml:2:20: services.shop.interval is 'soon', expected a duration from 1s to 1d such as 10s: write a whole number and a unit: ms, s, m, h, d or w")]
    [InlineData("services:\n  shop: {interval: 2d}\n", "t.yaml:2:20: services.shop.interval is '2d', expected a duration from 1s to 1d such as 10s")]
    [InlineData("services:\n  shop: {weight: many}\n", "t.yaml:2:18: services.shop.weight is 'many', expected a whole number from 1 to 10")]
    [InlineData("services:\n  shop: {weight: [3]}\n", "t.yaml:2:18: services.shop.weight is a list, expected a whole number from 1 to 10")]
    [InlineData("services: [shop]\n", "t.yaml:1:11: services is a list, expected a map of service to address or service")]
    [InlineData("services:\n  shop: ftp://x\n", "t.yaml:2:9: services.shop is 'ftp://x', expected an address such as https://shop.example.org")]
    [InlineData("services:\n  Shop: https://x.example\n", "t.yaml:2:3: services has the key 'Shop', expected a name of 1 to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit")]
    [InlineData("services:\n  shop: {depends_on: apii}\n  api:\n", "t.yaml:2:22: services.shop.depends_on names the service 'apii', which is not configured, did you mean 'api'?")]
    [InlineData("services:\n  shop: {depends_on: zzzzz}\n  api:\n", "t.yaml:2:22: services.shop.depends_on names the service 'zzzzz', which is not configured, expected one of 'shop', 'api'")]
    [InlineData("services:\n  shop: {depends_on: shop}\n", "t.yaml:2:22: services.shop.depends_on names the service itself, expected another service")]
    [InlineData("services:\n  a: {depends_on: b}\n  b: {depends_on: [c]}\n  c: {depends_on: a}\n", "t.yaml:4:19: services.c.depends_on closes a cycle: a → b → c → a; take one of these dependencies away")]
    [InlineData("services:\n  shop: {escalation: night}\n", "t.yaml:2:22: services.shop.escalation names the policy 'night', which is not configured; there is none")]
    [InlineData("people:\n  me: {ntfy: https://ntfy.sh/x}\n", "t.yaml:2:3: people.me can be paged but there is no 'public_url', expected the address of this install such as https://tocsin.example.org")]
    [InlineData("people:\n  me: {mail: here}\n", "t.yaml:2:14: people.me.mail is 'here', expected a mail address such as ana@example.org")]
    [InlineData("people:\n  me: {ntfy: {token: '${env:X}'}}\n", "t.yaml:2:14: people.me.ntfy has no 'url', expected the address of a topic such as https://ntfy.sh/my-secret-topic")]
    [InlineData("zone: Europe/Berlln\n", "t.yaml:1:7: zone is 'Europe/Berlln', expected a time zone of the IANA list such as Europe/Berlin: did you mean 'Europe/Berlin'?")]
    [InlineData("public_url: https://x.example.org/?q=1\n", "t.yaml:1:13: public_url has more than scheme, host, port and path, expected such as https://tocsin.example.org")]
    [InlineData("public_url: http://x.example.org\n", "t.yaml:1:13: warning: public_url is not encrypted, better https://")]
    [InlineData("public_url: http://localhost:8080\n", "t.yaml:1:13: warning: public_url is an address of this machine only: links in messages will not open elsewhere")]
    [InlineData("database: Host=db\n", "t.yaml:1:11: warning: database holds a secret in the file, better ${env:NAME} or ${file:/path}")]
    [InlineData("database: ${evn:X}\n", "t.yaml:1:11: database is a reference that cannot be read, expected ${env:NAME} or ${file:/path}")]
    [InlineData("allow_link_local: maybe\n", "t.yaml:1:19: allow_link_local is 'maybe', expected true or false")]
    [InlineData("trusted_proxies: [10.0.0.0/33]\n", "t.yaml:1:19: trusted_proxies is '10.0.0.0/33', expected an address or network such as 10.0.0.1 or 10.0.0.0/8")]
    [InlineData("- a\n- b\n", "t.yaml:1:1: the file is a list, expected a map with keys such as services: and people:")]
    public void Read_Mistake_SaysWhereWhatAndWhatWasExpected(string text, string expected) => Reading.ErrorsOf(text).ShouldBe([expected]);

    [Theory]
    [InlineData("services:\n\tshop: https://x.example\n", "t.yaml:2:1: a tab indents line 2, use spaces")]
    [InlineData("services:\n  shop:\n  \tname: x\n", "t.yaml:3:3: a tab indents line 3, use spaces")]
    [InlineData("services:\n  a:\n  a:\n", "t.yaml:3:3: the key 'a' stands twice in this map, first in line 2; keep one of them")]
    [InlineData("zone: UTC\n\n\nzone: UTC\n", "t.yaml:4:1: the key 'zone' stands twice in this map, first in line 1; keep one of them")]
    [InlineData("services: *hunter2\n", "t.yaml:1:11: an alias without its anchor stands here; quote a text that begins with '*'")]
    [InlineData("database: !hunter2\n", "t.yaml:1:11: a tag stands here; quote a text that begins with '!'")]
    [InlineData("zone: UTC\n---\nzone: UTC\n", "t.yaml:2:1: a second document begins here, expected one per file; put it into a file of its own")]
    [InlineData("services: {<<: {a: }}\n", "t.yaml:1:12: the merge key '<<' is not read; write the keys out, or use an alias for a whole value")]
    [InlineData("zone: UTC\u0000\nservces:\n", "t.yaml:1:10: a control character stands here, expected text in UTF-8")]
    [InlineData("? [a]\n: b\n", "t.yaml:1:3: the key of a map is a list, a map or an alias, expected a text")]
    [InlineData("zone: 'UTC\n", "t.yaml:1:7: a quote is opened and not closed as expected; write the closing quote, and '' for a quote inside")]
    [InlineData("services: [a, b\n", "t.yaml:2:1: a '[' or '{' is opened and not closed as expected; write the closing bracket and commas between the items")]
    [InlineData("zone: a: b\n", "t.yaml:1:8: a second ':' stands in this line, expected one 'key: value' per line; quote a text that contains ': '")]
    [InlineData("services:\n    a:\n  b:\n", "t.yaml:3:3: expected a key here; the indentation does not fit the lines above")]
    public void Read_NotTheYamlThatWeRead_SaysSoInOurWords(string text, string expected) => Reading.ErrorsOf(text).ShouldBe([expected]);

    [Fact]
    public void Read_SeveralMistakes_ComeAllAtOnceInTheOrderOfTheFile() => Reading.ErrorsOf(
        """
        zone: Mars
        services:
          shop: {weight: 11, depends_on: [nobody, api], naame: x}
          api: {depends_on: shop}
        allow_link_local: perhaps
        """).ShouldBe(
        [
            "t.yaml:1:7: zone is 'Mars', expected a time zone of the IANA list such as Europe/Berlin",
            "t.yaml:3:18: services.shop.weight is '11', expected a whole number from 1 to 10",
            "t.yaml:3:35: services.shop.depends_on names the service 'nobody', which is not configured, expected one of 'shop', 'api'",
            "t.yaml:3:49: services.shop has the unknown key 'naame', did you mean 'name'?",
            "t.yaml:5:19: allow_link_local is 'perhaps', expected true or false",
        ]);

    [Fact]
    public void Read_SameKeyInTwoFiles_NamesBothPlaces() => Reading.OfFiles(
        ("a.yaml", "zone: UTC\nservices:\n  shop: https://a.example\n"),
        ("b.yaml", "services:\n  api: https://b.example\n  shop: https://b.example\nzone: UTC\n")).Found
        .ShouldBe(["b.yaml:3:3: services.shop is defined twice, first in a.yaml:3:3; keep one of them", "b.yaml:4:1: zone is defined twice, first in a.yaml:1:1; keep one of them"]);

    [Fact]
    public void Read_NameOfAnotherFile_IsResolvedAndSuggested() => Reading.OfFiles(
        ("a.yaml", "services:\n  shop: {depends_on: [payments, paymnts]}\n"),
        ("b.yaml", "services:\n  payments: https://b.example\n")).Found
        .ShouldBe(["a.yaml:2:33: services.shop.depends_on names the service 'paymnts', which is not configured, did you mean 'payments'?"]);

    [Fact]
    public void Read_UnreadableFile_DoesNotBlameTheNamesThatItWouldHaveGiven() => Reading.OfFiles(
        ("a.yaml", "services:\n  shop: {depends_on: payments, weight: 0}\n"),
        ("b.yaml", "services:\n\tpayments: https://b.example\n")).Found
        .ShouldBe(
        [
            "a.yaml:2:40: services.shop.weight is '0', expected a whole number from 1 to 10",
            "b.yaml:2:1: a tab indents line 2, use spaces",
        ]);

    [Fact]
    public void Read_TenMegabytes_AreRefusedBeforeParsing()
    {
        var (reading, found) = Reading.OfFiles(("big.yaml", "zone: [\n" + new string('#', 10_000_000)));
        found.ShouldBe(["big.yaml:1:1: the file has 10 MB, expected at most 1 MB; split it into several files"]);
        reading.Revision.ShouldBeNull();
    }

    [Fact]
    public void Read_ManyFilesOfNearlyOneMegabyte_AreRefusedTogether()
    {
        var files = Enumerable.Range(1, 6).Select(i => ($"f{i}.yaml", "# " + new string('x', 900_000))).ToArray();
        Reading.OfFiles(files).Found.ShouldBe(["f6.yaml:1:1: all files up to this one have 5.4 MB, expected at most 5 MB together"]);
    }

    [Fact]
    public void Read_Bomb_IsRefusedBeforeItGrows()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++) bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        Reading.ErrorsOf(bomb.ToString()).ShouldBe(
            ["t.yaml:5:45: more than 100,000 values are here after all aliases are expanded, expected fewer; write fewer aliases or split the install"]);
    }

    [Fact]
    public void Read_BombOfLongTexts_IsRefusedToo()
    {
        var text = $"a: &a {new string('x', 500_000)}\nb: [{string.Join(", ", Enumerable.Repeat("*a", 200))}]\n";
        Reading.ErrorsOf(text).Single().ShouldContain("after all aliases are expanded");
    }

    [Fact]
    public void Read_AliasWithinReason_IsExpanded() =>
        Reading.Of("services:\n  shop: &s {weight: 5}\n  api: *s\n").Revision!.Catalog.Services.Count.ShouldBe(2);

    [Theory]
    [InlineData(40)]
    [InlineData(300_000)]
    public void Read_DeepNesting_IsRefused(int depth) => Reading.ErrorsOf("zone: " + new string('[', depth)).Single()
        .ShouldBe("t.yaml:1:38: the values are nested too deep, expected at most 32 levels");

    [Fact]
    public void Read_DeepAlias_CountsItsLevels()
    {
        var text = $"a: &a {new string('[', 20)}x{new string(']', 20)}\nb: {new string('[', 20)}*a{new string(']', 20)}\n";
        Reading.ErrorsOf(text).Single().ShouldContain("nested too deep");
    }

    [Fact]
    public void Read_NotUtf8_NamesTheByte()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllBytes(Path.Combine(directory.Path, "a.yaml"), [.. "zone: UTC\nx: "u8, 0xC3, 0x28]);
        var reading = new ConfigReader(Reading.Sections).Read(directory.Path, Reading.Noon);
        reading.Diagnostics.Single().ToString().ShouldEndWith("a.yaml:2:4: a byte here is not UTF-8, expected text in UTF-8");
    }

    [Fact]
    public void Read_NoFile_SaysWhatWasExpected()
    {
        using var directory = new TemporaryDirectory();
        var reader = new ConfigReader(Reading.Sections);
        reader.Read(directory.Path, Reading.Noon).Diagnostics.Single().Text.ShouldBe("the directory has no *.yaml or *.yml file, expected at least one");
        reader.Read(directory.Path + "/none", Reading.Noon).Diagnostics.Single().Text
            .ShouldBe("there is no such file or directory, expected a directory with *.yaml files or one file");
    }

    [Fact]
    public void Read_ThousandsOfMistakes_AreCutOff()
    {
        var found = Reading.ErrorsOf("services:\n" + string.Concat(Enumerable.Range(0, 5_000).Select(i => $"  s{i}: {{weight: x, depends_on: n{i}}}\n")));
        found.Length.ShouldBe(201);
        found[^1].ShouldEndWith("only the first 200 findings are shown; there are more");
    }

    [Fact]
    public void Read_FiveThousandServices_IsReadSoon()
    {
        var text = "services:\n" + string.Concat(Enumerable.Range(0, 5_000).Select(i =>
            $"  service-number-{i}:\n    url: https://service-{i}.example.org/health\n    interval: 10s\n    name: Service {i}\n    depends_on: [service-number-{(i + 1) / 2 + 2_500}]\n"));
        text.Length.ShouldBeGreaterThan(700_000);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        Reading.Of(text.Replace("[service", "[servise", StringComparison.Ordinal)).Errors.ShouldNotBeEmpty();
        System.Diagnostics.Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("database: [SECRET]")]
    [InlineData("database: {SECRET: SECRET}")]
    [InlineData("database: \"SECRET")]
    [InlineData("database: *SECRET")]
    [InlineData("database: &SECRET")]
    [InlineData("database: !SECRET x")]
    [InlineData("database: @SECRET")]
    [InlineData("database: %SECRET")]
    [InlineData("database: ${env:SECRET VALUE}")]
    [InlineData("database: ${SECRET")]
    [InlineData("people: {me: {ntfy: {url: 'https://ntfy.sh/x', token: [SECRET]}}}")]
    [InlineData("people: {me: {webhook: 'ftp://me:SECRET@hooks.example.org/'}}")]
    [InlineData("people: {me: {webhook: 'https://me:SE@SECRET@hooks.example.org /'}}")]
    [InlineData("services: {shop: 'ftp://me:SECRET@shop'}")]
    [InlineData("database: SECRET\n\tx: 1")]
    public void Read_MistakeAtASecret_NeverShowsItsValue(string text)
    {
        var found = Reading.ErrorsOf(text);
        found.ShouldNotBeEmpty();
        // A key is not a value: in a map it may be named.
        found.ShouldAllBe(line => !line.Contains("SECRET", StringComparison.Ordinal));
    }
}
