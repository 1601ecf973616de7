namespace Tocsin.Demo;

/// <summary>The configuration directory with which Tocsin watches the shop: an ordinary one, to be read and changed.</summary>
internal static class DemoConfiguration
{
    public const string FileName = "tocsin.yaml";

    /// <summary>Writes the directory anew, because the ports differ from run to run.</summary>
    /// <param name="publicUrl">Where people reach the Tocsin server of the demo.</param>
    /// <returns>Path of the file.</returns>
    public static string Write(string directory, Uri publicUrl, DemoPorts ports)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, FileName);
        File.WriteAllText(path, Text(publicUrl, ports));
        return path;
    }

    public static string Text(Uri publicUrl, DemoPorts ports) => Text(publicUrl, ports, string.Join(", ", Validator().Select(part => $"\"{part}\"")));

    /// <summary>The shop's own program judges its files.</summary>
    private static IEnumerable<string> Validator()
    {
        var (path, first) = RoleProgram.Command();
        return [path, .. first];
    }

    private static string Text(Uri publicUrl, DemoPorts ports, string program) => $$"""
        # How Tocsin watches the demo's shop. Written at every start of the demo.
        public_url: {{publicUrl.GetLeftPart(UriPartial.Authority)}}
        zone: UTC

        people:
          ada:
            name: Ada (primary)
            mail: ada@demo.example
          grace:
            name: Grace (backup)
            mail: grace@demo.example

        # The mailbox of the demo takes mail for everybody.
        smtp:
          host: 127.0.0.1
          port: {{ports.Smtp}}
          security: none
          from: tocsin@demo.example

        services:
          storefront:
            name: Storefront
            depends_on: [api]
            checks:
              page:
                http: http://127.0.0.1:{{ports.Storefront}}/
                interval: 5s
              basket:
                http: http://127.0.0.1:{{ports.Storefront}}/baskets/1
                interval: 5s
                degraded_after: 1s
              # From where customers are, over the provider's line. Every second, because a line that loses some connections
              # shows in the share of twenty probes, and nobody wants to wait for twenty of them.
              outside:
                http: http://127.0.0.1:{{ports.Users}}/shop.css
                interval: 1s
                timeout: 900ms
          api:
            name: API
            depends_on: [cache, store]
            checks:
              health:
                http: http://127.0.0.1:{{ports.Api}}/healthz
                interval: 5s
          cache:
            name: Cache
            checks:
              port:
                tcp: 127.0.0.1:{{ports.Cache}}
                interval: 5s
          store:
            name: Store
            checks:
              port:
                tcp: 127.0.0.1:{{ports.Store}}
                interval: 5s
              health:
                http: http://127.0.0.1:{{ports.StoreAdmin}}/healthz
                interval: 5s

        escalation:
          default:
            steps:
              - notify: [ada]
              - after: 30s
                notify: [grace]
            repeat_every: 5m

        # The two files that are changed by hand here. Through Tocsin, version 2 would be refused for want of its authentication
        # service, and a cache without a bound as well: try  tocsin target apply api-release FILE
        targets:
          api-release:
            service: api
            file: ../shop/api-release.json
            validate: [{{program}}, validate-release, "{file}"]
            reload: {post: "http://127.0.0.1:{{ports.Api}}/reload"}
            applied: {http: "http://127.0.0.1:{{ports.Api}}/applied", json: $.sha256}
            watch: {checks: [storefront-page, storefront-basket], for: 10s, results: 2}
            guards:
              - requires:
                  when: {json: $.version, at_least: 2}
                  http: http://127.0.0.1:{{ports.Api}}/facts
                  json: $.authentication
                  equals: present
          cache-setting:
            service: cache
            file: ../shop/cache.json
            validate: [{{program}}, validate-cache, "{file}"]
            reload: {post: "http://127.0.0.1:{{ports.CacheAdmin}}/reload"}
            applied: {http: "http://127.0.0.1:{{ports.CacheAdmin}}/applied", json: $.sha256}
            watch: {checks: [storefront-page, storefront-basket], for: 10s, results: 2}
            guards:
              - bound: {json: $.bound, min: 1, max: 100000}

        # Each press of a button is an outage of its own, and nobody wants to wait long for its end. Long enough all the same for
        # a line that loses three of ten connections to fail again within it.
        incidents:
          quiet_time: 20s
          reopen_within: 0s

        status_page:
          title: Bell & Sons
          components: [storefront, api, cache, store]

        """;
}
