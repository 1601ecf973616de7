using System.Diagnostics;
using Tocsin.Tests.Acceptance;

namespace Tocsin.Tests.Tls;

/// <summary>What a person sees at the command line.</summary>
[Collection(Terminal.Collection)]
public sealed class TlsCommandTests : IDisposable
{
    private readonly Authority authority = new();
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-tls-command-");

    [Fact]
    public async Task BadCertificate_AtStartAndAtValidate_IsOneLineWithFileAndFix()
    {
        var old = authority.Issue("old", until: TimeProvider.System.GetUtcNow().AddMinutes(-1));
        using var files = new LiveFiles(old.FullChain, old.Key);
        var config = Configure(files.Yaml);
        var (code, _, errors) = await Terminal.RunAsync("serve", "--config", config, "--data", Path.Combine(directory.FullName, "data"), "--port", "1");
        code.ShouldBe(1);
        errors.ShouldMatch($@"^tls\.certificate: {files.Certificate} expired on \d{{4}}-\d\d-\d\d \d\d:\d\d UTC; renew it\n$");
        var (validated, text, _) = await Terminal.RunAsync("validate", config);
        validated.ShouldBe(1);
        text.ShouldBe(errors);
    }

    [Fact]
    public async Task Validate_FilesOfAnotherMachine_IsAWarning()
    {
        var (code, text, _) = await Terminal.RunAsync("validate", Configure("tls: {certificate: /nowhere/chain.pem, key: /nowhere/key.pem}\n"));
        code.ShouldBe(0);
        text.ShouldStartWith("warning: tls.certificate: /nowhere/chain.pem is not there");
    }

    [Fact]
    public async Task PublicListener_HttpsWithoutACertificateOrByName_IsRefused()
    {
        (await Terminal.RunAsync("validate", Configure("listen_public: https://127.0.0.1:8443\n"))).Text.ShouldStartWith("listen_public: https needs a certificate");
        var (code, _, errors) = await Terminal.RunAsync("serve", "--config", Configure("listen_public: http://localhost:8081\n"), "--data", directory.FullName, "--port", "1");
        (code, errors).ShouldBe((1, "listen_public: localhost is a name, expected an address of this machine such as 0.0.0.0 or [::]\n"));
    }

    [Fact]
    public async Task HangUp_RenewedCertificate_IsTakenBeforeTheNextLook()
    {
        var first = authority.Issue("first");
        using var files = new LiveFiles(first.FullChain, first.Key);
        var port = FreePorts.Next();
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "tocsin"),
            ["serve", "--config", Configure(files.Yaml), "--data", Path.Combine(directory.FullName, "data"), "--listen", "127.0.0.1", "--port", $"{port}"])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line && !line.Contains("serves", StringComparison.Ordinal)) continue;
            var client = new HttpsClient(port, authority.Root);
            (await client.GetAsync("/healthz")).Subject.ShouldBe("CN=first");
            // It looks every 5 s by itself, and has looked just before: the soonest of three is not one of those looks.
            var soonest = TimeSpan.MaxValue;
            foreach (var name in (string[])["second", "third", "fourth"])
            {
                var renewed = authority.Issue(name);
                files.Put(renewed.FullChain, renewed.Key);
                var asked = TimeProvider.System.GetTimestamp();
                using (var kill = Process.Start("kill", ["-HUP", $"{process.Id}"])) await kill.WaitForExitAsync();
                await Wait.UntilAsync(async () => (await client.GetAsync("/healthz")).Subject == $"CN={name}");
                if (TimeProvider.System.GetElapsedTime(asked) is var took && took < soonest) soonest = took;
            }
            soonest.ShouldBeLessThan(TimeSpan.FromSeconds(3.5));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private string Configure(string yaml)
    {
        var file = Path.Combine(directory.FullName, "tocsin.yaml");
        File.WriteAllText(file, "public_url: https://tocsin.example.org\npeople: {me: {webhook: \"http://127.0.0.1:1/hook\"} }\n" + yaml);
        return file;
    }

    public void Dispose() => directory.Delete(recursive: true);
}
