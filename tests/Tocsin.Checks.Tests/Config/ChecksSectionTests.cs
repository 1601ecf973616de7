using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;
using Severity = Tocsin.Kernel.Facts.Severity;

namespace Tocsin.Checks.Tests;

public sealed class ChecksSectionTests
{
    private static readonly ConfigReader Reader = new([new CatalogSection(), new ChecksSection()]);

    private static ConfigReading Read(string text) => Reader.ReadText("t.yaml", text, DateTimeOffset.UnixEpoch);

    private static ChecksModel Model(string text)
    {
        var reading = Read(text);
        reading.Diagnostics.ShouldBeEmpty();
        return reading.Revision!.Get<ChecksModel>();
    }

    private static CheckModel One(string text, string key) => Model(text).Checks[new CheckKey(key)];

    [Fact]
    public void Read_ShortService_IsOneHttpCheckWithDefaults()
    {
        var model = Model("services:\n  shop: https://shop.example.org/x\n");

        model.Order.ShouldBe([new CheckKey("shop")]);
        var check = model.Checks[new CheckKey("shop")];
        (check.Service, check.Name).ShouldBe((new ServiceKey("shop"), "shop"));
        (check.Interval, check.Timeout).ShouldBe((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)));
        (check.Family, check.Severity, check.IsControl).ShouldBe((AddressFamilyChoice.Any, Severity.Sev2, false));
        var http = check.Probe.ShouldBeOfType<ProbeSpec.Http>();
        http.Url.ShouldBe(new Uri("https://shop.example.org/x"));
        (http.Method, http.RedirectsMax, http.CertificateExpiresWithin, http.DegradedAfter).ShouldBe(("GET", 5, TimeSpan.FromDays(14), null));
        http.Status.ShouldBe([(200, 299)]);
    }

    [Fact]
    public void Read_ServiceWithUrlAndChecks_NamesThemAfterTheService()
    {
        var model = Model(
            """
            services:
              shop:
                url: https://shop.example.org
                checks:
                  db: tcp://db.example.org:5432
                  cert: {tls: '[2001:db8::1]:443', server_name: shop.example.org, expires_within: 21d}
              api:
            checks:
              outside: {service: api, http: 'https://api.example.org', name: From outside}
            """);

        model.Order.Select(key => key.Value).ShouldBe(["shop", "shop-db", "shop-cert", "outside"]);
        model.Checks[new CheckKey("shop-db")].Probe.ShouldBe(new ProbeSpec.Tcp { Host = "db.example.org", Port = 5432 });
        var tls = (ProbeSpec.Tls)model.Checks[new CheckKey("shop-cert")].Probe;
        (tls.Host, tls.Port, tls.ServerName, tls.ExpiresWithin).ShouldBe(("2001:db8::1", 443, "shop.example.org", TimeSpan.FromDays(21)));
        tls.Target.ShouldBe("[2001:db8::1]:443");
        var outside = model.Checks[new CheckKey("outside")];
        (outside.Service, outside.Name).ShouldBe((new ServiceKey("api"), "From outside"));
    }

    [Fact]
    public void Read_EveryKeyOfAnHttpCheck_IsTaken()
    {
        var check = One(
            """
            services:
              api:
                checks:
                  health:
                    http: https://api.example.org/health
                    method: post
                    headers: {Authorization: '${env:TOKEN}', Accept: application/json}
                    send_body: '{}'
                    status: [200, 301-302]
                    body_contains: ok
                    body_lacks: error
                    body_matches: '^\{.*\}$'
                    json: {$.status: ok, '$.items[0]': }
                    header_contains: {Cache-Control: no-store}
                    degraded_after: 800ms
                    redirects_max: 0
                    expires_within: 0s
                    proxy: http://proxy.example.org:3128
                    interval: 10s
                    timeout: 2s
                    family: ipv6
                    severity: SEV1
                    control: true
            """, "api-health");

        (check.Interval, check.Timeout, check.Family, check.Severity, check.IsControl)
            .ShouldBe((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2), AddressFamilyChoice.IPv6, Severity.Sev1, true));
        var http = (ProbeSpec.Http)check.Probe;
        http.Headers.Select(header => $"{header.Key}: {header.Value}").ShouldBe(["Authorization: ${env:TOKEN}", "Accept: ***"]);
        (http.Method, http.SendBody, http.BodyContains, http.BodyLacks, http.RedirectsMax).ShouldBe(("POST", "{}", "ok", "error", 0));
        http.Status.ShouldBe([(200, 200), (301, 302)]);
        http.BodyMatches!.MatchTimeout.ShouldBe(TimeSpan.FromMilliseconds(250));
        http.Json.ShouldBe([new JsonExpectation("$.status", "ok"), new JsonExpectation("$.items[0]", null)]);
        http.HeaderContains.ShouldBe([KeyValuePair.Create("Cache-Control", "no-store")]);
        (http.DegradedAfter, http.Proxy).ShouldBe((TimeSpan.FromMilliseconds(800), new Uri("http://proxy.example.org:3128")));
    }

    [Theory]
    [InlineData("1s", 800)]
    [InlineData("5s", 4_000)]
    [InlineData("30s", 5_000)]
    public void Read_IntervalWithoutTimeout_KeepsTheTimeoutBelowIt(string interval, int timeoutMs) =>
        One($"services:\n  a:\n    checks:\n      b: {{http: 'https://x.example', interval: {interval}}}\n", "a-b").Timeout.ShouldBe(TimeSpan.FromMilliseconds(timeoutMs));

    [Theory]
    [InlineData("{interval: 5s}", "t.yaml:4:10: services.a.checks.b has no target, expected one of http:, tcp: and tls:")]
    [InlineData("{http: 'https://x.example', tcp: 'x.example:1'}", "t.yaml:4:43: services.a.checks.b.tcp is a second target, expected only one of http:, tcp: and tls:")]
    [InlineData("{tcp: 'x.example:1', status: 200}", "t.yaml:4:39: services.a.checks.b.status is a key of http checks, but this is a tcp check; take it away")]
    [InlineData("{http: 'https://x.example', interval: 5s, timeout: 5s}", "t.yaml:4:61: services.a.checks.b.timeout is 5s, expected less than the interval of 5s")]
    [InlineData("{http: 'https://x.example', degraded_after: 5s}", "t.yaml:4:54: services.a.checks.b.degraded_after is 5s, expected less than the timeout of 5s")]
    [InlineData("{http: 'https://x.example', status: 99}", "t.yaml:4:46: services.a.checks.b.status is '99', expected a status code from 100 to 599 or a range such as 200-299")]
    [InlineData("{http: 'https://x.example', json: {status: ok}}", "t.yaml:4:45: services.a.checks.b.json has the key 'status', expected a JSON path such as $.status or $.items[0].name")]
    [InlineData("{http: 'https://x.example', body_matches: '(a'}", "t.yaml:4:52: services.a.checks.b.body_matches is '(a', expected a regular expression of at most 1000 characters such as '^ok$': the pattern is wrong at character 3 (InsufficientClosingParentheses)")]
    [InlineData("{tcp: x.example}", "t.yaml:4:16: services.a.checks.b.tcp is 'x.example', expected a host and a port such as db.example.org:5432")]
    [InlineData("{tcp: '2001:db8::1:443'}", "t.yaml:4:16: services.a.checks.b.tcp is '2001:db8::1:443', expected a host and a port such as db.example.org:5432: write an IPv6 address in brackets, [2001:db8::1]:443")]
    [InlineData("{http: 'https://x.example', severity: sev5}", "t.yaml:4:48: services.a.checks.b.severity is 'sev5', expected sev1, sev2, sev3 or sev4: did you mean 'sev1'?")]
    [InlineData("{http: 'https://x.example', headers: {A: [SECRET]}}", "t.yaml:4:51: services.a.checks.b.headers.A is a list, expected a secret such as ${env:NAME} or ${file:/path}")]
    [InlineData("ldap://x", "t.yaml:4:10: services.a.checks.b is 'ldap://x', expected an address such as https://shop.example.org, tcp://db.example.org:5432 or tls://shop.example.org:443")]
    public void Read_Mistake_SaysWhatIsWrong(string check, string expected) =>
        Read($"services:\n  a:\n    checks:\n      b: {check}\n").Diagnostics.Select(found => found.ToString()).ShouldBe([expected]);

    [Fact]
    public void Read_TwoChecksOfOneKey_NamesBothPlaces() => Read(
        """
        services:
          a: {checks: {b: 'https://x.example'}}
          a-b: https://x.example
        checks:
          a-b: {service: a, tcp: 'x.example:1'}
          c: {service: nobody, tcp: 'x.example:1'}
        """).Diagnostics.Select(found => found.ToString()).ShouldBe(
        [
            "t.yaml:3:8: the check 'a-b' is defined twice, first in t.yaml:2:16; rename one of them",
            "t.yaml:5:3: the check 'a-b' is defined twice, first in t.yaml:2:16; rename one of them",
            "t.yaml:6:16: checks.c.service names the service 'nobody', which is not configured, expected one of 'a', 'a-b'",
        ]);

    [Fact]
    public void Read_KeyThatGrowsTooLong_IsRefused()
    {
        var name = new string('n', 40);
        Read($"services:\n  {name}:\n    checks: {{{name}: 'https://x.example'}}\n").Diagnostics.Single().Text
            .ShouldBe($"the key of the check would be '{name}-{name}' with 81 characters, expected at most 63; take a shorter name");
    }
}
