using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Tocsin.Packaging.Tests;

/// <summary>What <c>./tocsin package</c> hands out, on a machine that has never seen .NET.</summary>
public sealed class PackagesTests(BareDebian debian) : IClassFixture<BareDebian>, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly HttpClient http = new();

    [BareDebianFact]
    public async Task Executable_Demo_ShowsTheShopAndItsPage()
    {
        var port = FreePorts.Next();
        using var demo = BareDebian.Start(debian.Root, $"/usr/local/bin/tocsin demo --data /tmp/demo --port {port}");
        await AnswersAsync(demo, $"http://127.0.0.1:{port}/demo/token");
        (await http.GetStringAsync($"http://127.0.0.1:{port}/status.json")).ShouldContain("storefront", Case.Insensitive);
        await EndAsync(demo);
    }

    [BareDebianFact]
    public async Task Executable_Serve_Answers()
    {
        var port = FreePorts.Next();
        Configure(Path.Combine(debian.Root, "srv/config"), port);
        using var server = BareDebian.Start(debian.Root, $"/usr/local/bin/tocsin serve --config /srv/config --data /srv/data --port {port}");
        await AnswersAsync(server, $"http://127.0.0.1:{port}/healthz");
        await EndAsync(server);
    }

    [BareDebianFact]
    public async Task Executable_Init_WritesAConfigurationAndServesIt()
    {
        var port = FreePorts.Next();
        using var server = BareDebian.Start(debian.Root, "/usr/local/bin/tocsin init /srv/own --url http://127.0.0.1:9/ --person ada "
            + $"--by webhook=http://127.0.0.1:9/ --data /srv/own-data --port {port} --yes");
        await AnswersAsync(server, $"http://127.0.0.1:{port}/healthz");
        File.Exists(Path.Combine(debian.Root, "srv/own/tocsin.yaml")).ShouldBeTrue();
        await EndAsync(server);
    }

    [BareDebianFact]
    public async Task Deb_Installed_HasItsUserItsUnitAndNoSecretsForOthers()
    {
        File.Copy(debian.Package("*.deb"), Path.Combine(debian.Root, "tocsin.deb"));
        await Shell.RunAsync($"chroot {debian.Root} dpkg --install /tocsin.deb");
        using var version = BareDebian.Start(debian.Root, "/usr/bin/tocsin --version");
        (await version.StandardOutput.ReadToEndAsync()).ShouldStartWith("tocsin ");
        (await Shell.RunAsync($"chroot {debian.Root} stat --format '%U:%G %a' /etc/tocsin")).ShouldBe("root:tocsin 750\n");
        (await Shell.RunAsync($"chroot {debian.Root} getent passwd tocsin")).ShouldContain("/usr/sbin/nologin");
        (await Shell.RunAsync($"chroot {debian.Root} dpkg --purge tocsin")).ShouldContain("stays in /var/lib/tocsin");
    }

    [BareDebianFact]
    public async Task Unit_IsHardened()
    {
        await Shell.RunAsync($"dpkg-deb --extract {debian.Package("*.deb")} {debian.Work}/deb");
        var said = await Shell.RunAsync($"systemd-analyze security --offline=yes --no-pager {debian.Work}/deb/usr/lib/systemd/system/tocsin.service");
        // Systemd's own measure, 0 to 10; what it calls OK ends at 4.9, an unhardened service has 9.6.
        var exposure = double.Parse(said.Split("exposure level for tocsin.service: ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        exposure.ShouldBeLessThan(2.5, said);
    }

    [BareDebianFact]
    public async Task Image_AsItsUserOnAReadOnlyRoot_Serves()
    {
        var (layout, root) = ($"{debian.Work}/oci", $"{debian.Work}/image");
        await Shell.RunAsync($"mkdir {layout} {root}; tar -C {layout} -xf {debian.Package("*.oci.tar")}");
        var config = Blob(layout, Blob(layout, Json($"{layout}/index.json")["manifests"]![0]!)["config"]!);
        ((string)config["config"]!["User"]!).ShouldBe("10001:10001");
        foreach (var layer in Json($"{layout}/manifest.json")[0]!["Layers"]!.AsArray()) await Shell.RunAsync($"tar -C {root} -xpf {layout}/{layer}");
        var port = FreePorts.Next();
        Configure($"{root}/tocsin/config", port);
        await Shell.RunAsync($"chown -R 10001:10001 {root}/tocsin");
        using var server = BareDebian.Start(root, $"/usr/bin/tocsin serve --config /tocsin/config --data /tocsin/data --port {port}",
            $"mount --bind {root} {root}; mount --bind {root}/tocsin {root}/tocsin; mount -o remount,bind,ro {root}", "10001:10001");
        await AnswersAsync(server, $"http://127.0.0.1:{port}/healthz");
        await EndAsync(server);
    }

    [BareDebianFact]
    public async Task Sums_AndListOfParts_AreOfTheseFiles()
    {
        (await Shell.RunAsync($"cd {debian.Packages} && sha256sum --check --strict SHA256SUMS")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length
            .ShouldBe(Directory.GetFiles(debian.Packages).Length - 1);
        var parts = Json(debian.Package("*.cdx.json"))["components"]!.AsArray();
        foreach (var name in (string[])["Dapper", "NodaTime", "Npgsql", "YamlDotNet", "Microsoft.NETCore.App.Runtime.linux-x64", "libssl3"])
        {
            parts.ShouldContain(part => (string)part!["name"]! == name, name);
        }
    }

    private static void Configure(string directory, int port)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "tocsin.yaml"),
            $"people: {{me: {{webhook: \"http://127.0.0.1:9/\"}} }}\nservices: {{shop: \"http://127.0.0.1:9/\"}}\npublic_url: http://127.0.0.1:{port}\n");
    }

    private async Task AnswersAsync(Process server, string url)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(url));
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException) { /* not listening yet */ }
            if (server.HasExited || TimeProvider.System.GetElapsedTime(started) > Limit)
            {
                if (!server.HasExited) server.Kill(entireProcessTree: true);
                throw new InvalidOperationException($"{url} does not answer:\n{await server.StandardOutput.ReadToEndAsync()}{await server.StandardError.ReadToEndAsync()}");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    private static async Task EndAsync(Process process)
    {
        // The whole tree: who becomes another user is no longer ended with the one that started it.
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    private static JsonNode Json(string file) => JsonNode.Parse(File.ReadAllText(file))!;

    private static JsonNode Blob(string layout, JsonNode descriptor) => Json($"{layout}/blobs/{((string)descriptor["digest"]!).Replace(':', '/')}");

    public void Dispose() => http.Dispose();
}
