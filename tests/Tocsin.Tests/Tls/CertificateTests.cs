using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Tocsin.Catalog;
using Tocsin.Kernel.Ports;
using Tocsin.Server.Tls;
using Tocsin.Web;

namespace Tocsin.Tests.Tls;

public sealed class CertificateTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly Lease Own = new("node", 1);

    private readonly Authority authority = new();

    [Theory]
    [InlineData("garbage certificate", "fullchain.pem holds no certificate, expected PEM")]
    [InlineData("damaged issuer", "a certificate after the first one in")]
    [InlineData("garbage key", "privkey.pem holds no private key")]
    [InlineData("locked key", "privkey.pem is locked with a passphrase; write it without one: openssl pkey")]
    [InlineData("other key", "privkey.pem is not the key of the first certificate in")]
    [InlineData("key of another kind", "privkey.pem is not the key of the first certificate in")]
    [InlineData("wrong order", "privkey.pem is not the key of the first certificate in")]
    [InlineData("expired", "fullchain.pem expired on")]
    [InlineData("from tomorrow", "fullchain.pem is valid only from")]
    public void Of_FilesThatCannotBeServed_NameTheFileAndTheFix(string what, string expected)
    {
        var good = authority.Issue("good");
        var (certificate, key) = what switch
        {
            "garbage certificate" => ("garbage", good.Key),
            "damaged issuer" => (good.Leaf + "\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", good.Key),
            "garbage key" => (good.FullChain, "garbage"),
            "locked key" => (good.FullChain, good.PrivateKey.ExportEncryptedPkcs8PrivateKeyPem(
                "word", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1))),
            "other key" => (good.FullChain, authority.Issue("other").Key),
            "key of another kind" => (good.FullChain, RSA.Create(2048).ExportPkcs8PrivateKeyPem()),
            "wrong order" => (good.Issuer + "\n" + good.Leaf, good.Key),
            "expired" => Pair(authority.Issue("old", until: Now.AddMinutes(-1))),
            "from tomorrow" => Pair(authority.Issue("new", from: Now.AddDays(1))),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
        using var files = new LiveFiles(certificate, key);
        ServedCertificate.Of(new CertificateFiles(files.Certificate, files.Key).Read().Value, Now).Error!.ShouldContain(expected);
    }

    private static (string Certificate, string Key) Pair(Issued issued) => (issued.FullChain, issued.Key);

    [Fact]
    public void Read_FilesThatCannotBeRead_SayWhichAndWhatToDo()
    {
        var directory = Path.GetTempPath().TrimEnd('/');
        new CertificateFiles("/nowhere/chain.pem", "/nowhere/key.pem").Read().Error!
            .ShouldBe("tls.certificate: /nowhere/chain.pem is not there; name the file, or take the section tls out to serve plain HTTP");
        new CertificateFiles(directory, "/nowhere/key.pem").Read().Error!.ShouldBe($"tls.certificate: {directory} is a directory, expected a file in PEM");
        using var files = new LiveFiles(new string('x', 2 * 1024 * 1024), "key");
        new CertificateFiles(files.Certificate, files.Key).Read().Error!.ShouldContain("larger than 1 MiB");
    }

    [Fact]
    public async Task Step_FilesReplacedOneByOne_AreTakenWhenBothAreThere()
    {
        var (first, second) = (authority.Issue("first"), authority.Issue("second"));
        using var files = new LiveFiles(first.FullChain, first.Key);
        var (certificate, watch, _) = Watched(files);
        files.Put(second.FullChain, first.Key);
        await watch.StepAsync(Own, Now, default);
        files.Put(second.FullChain, second.Key);
        await watch.StepAsync(Own, Now + CertificateWatch.Settling, default);
        certificate.Refusal.ShouldBeNull();
        await watch.StepAsync(Own, Now + 2 * CertificateWatch.Settling, default);
        certificate.InForce.Chain.TargetCertificate.Subject.ShouldBe("CN=second");
    }

    [Fact]
    public async Task Step_BetweenLooks_ReadsOnlyWhenAskedOrWhenTheConfigurationChanged()
    {
        var first = authority.Issue("first");
        using var files = new LiveFiles(first.FullChain, first.Key);
        var (certificate, watch, revisions) = Watched(files);
        var looked = (await watch.StepAsync(Own, Now, default)).At!.Value;
        looked.ShouldBe(Now + CertificateWatch.LookEvery);
        var second = authority.Issue("second");
        files.Put(second.FullChain, second.Key);
        (await watch.StepAsync(Own, Now.AddSeconds(1), default)).At.ShouldBe(looked);
        watch.LookNow();
        (await watch.StepAsync(Own, Now.AddSeconds(2), default)).At.ShouldBe(Now.AddSeconds(2) + CertificateWatch.Settling);
        await watch.StepAsync(Own, Now.AddSeconds(3), default);
        certificate.InForce.Chain.TargetCertificate.Subject.ShouldBe("CN=second");

        var third = authority.Issue("third");
        using var moved = new LiveFiles(third.FullChain, third.Key);
        revisions.Replace(RevisionOf(moved));
        await watch.StepAsync(Own, Now.AddSeconds(3.5), default);
        await watch.StepAsync(Own, Now.AddSeconds(4.5), default);
        certificate.InForce.Chain.TargetCertificate.Subject.ShouldBe("CN=third");
    }

    [Theory]
    [InlineData(30, HealthLevel.Well)]
    [InlineData(3, HealthLevel.Impaired)]
    [InlineData(-1, HealthLevel.Failed)]
    public void Check_BeforeItsEnd_IsSaidAWeekAhead(int daysLeft, HealthLevel expected)
    {
        var issued = authority.Issue("one", until: Now.AddDays(daysLeft), from: Now.AddDays(-60));
        using var files = new LiveFiles(issued.FullChain, issued.Key);
        var text = new CertificateFiles(files.Certificate, files.Key).Read().Value;
        var served = ServedCertificate.Of(text, Now.AddDays(-30)).Value;
        new ServerCertificate(served, TimeProvider.System).Check().Level.ShouldBe(expected);
    }

    private static (ServerCertificate, CertificateWatch, FixedRevisions) Watched(LiveFiles files)
    {
        var served = ServedCertificate.Of(new CertificateFiles(files.Certificate, files.Key).Read().Value, Now).Value;
        var certificate = new ServerCertificate(served, TimeProvider.System);
        var revisions = new FixedRevisions(RevisionOf(files));
        return (certificate, new CertificateWatch(certificate, revisions, NullLogger<CertificateWatch>.Instance), revisions);
    }

    private static Revision RevisionOf(LiveFiles files) => new("1", Now, "file",
        [new ServerModel { TrustedProxies = [], TlsCertificateFile = files.Certificate, TlsKeyFile = files.Key }]);
}
