using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Tocsin.Kernel;
using Tocsin.Paging.Messages;
using Tocsin.Paging.Tests.Support;

namespace Tocsin.Paging.Tests.Messages;

public sealed class AckLinksTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("tocsin-keys-").FullName;
    private readonly RandomNumberGenerator random = RandomNumberGenerator.Create();
    private readonly ManualClock clock = new(Samples.Now);
    private static readonly AckGrant Grant = new(new PageId(9), new IncidentId(42), Samples.Ada, Samples.Now.AddHours(24));

    private AckLinks Open(string purpose = AckLinks.Purpose) => new(SigningKeys.Open(directory, purpose, clock, random), random);

    [Fact]
    public void New_AnyGrant_ReadsBack()
    {
        var links = Open();
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
            ArbMap.Default.ArbFor<PositiveInt>(), ArbMap.Default.ArbFor<PositiveInt>(), (page, hours) =>
            {
                var grant = Grant with { Page = new PageId(page.Get), ExpiresAt = Samples.Now.AddHours(hours.Get % 10_000 + 1) };
                var token = links.New(grant);
                var reading = links.Read(token.Reveal(), Samples.Now);
                reading.Refusal.ShouldBe(AckRefusal.None);
                var claim = reading.Claim.ShouldNotBeNull();
                (claim.Page, claim.Incident, claim.ExpiresAt).ShouldBe((grant.Page, grant.Incident, grant.ExpiresAt));
                claim.IsFor(Samples.Ada).ShouldBeTrue();
                claim.IsFor(new PersonKey("grace")).ShouldBeFalse();
                claim.Hash.ShouldBe(token.Hash);
            }));
    }

    [Fact]
    public void Read_AnyCharacterChanged_IsRefused()
    {
        var links = Open();
        var token = links.New(Grant).Reveal();
        for (var i = 0; i < token.Length; i++)
        {
            foreach (var other in "ABab01-_")
            {
                if (other == token[i]) continue;
                var reading = links.Read(string.Concat(token.AsSpan(0, i), [other], token.AsSpan(i + 1)), Samples.Now);
                reading.Refusal.ShouldBeOneOf(AckRefusal.Forged, AckRefusal.Malformed);
                reading.Claim.ShouldBeNull();
            }
        }
    }

    [Fact]
    public void Read_AnyText_IsMalformedOrForged()
    {
        var links = Open();
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
            links.Read(text.Get, Samples.Now).Refusal == AckRefusal.Malformed));
        links.Read(new string('A', 82), Samples.Now).Refusal.ShouldBe(AckRefusal.Forged);
        links.Read(new string('\u00e9', 82), Samples.Now).Refusal.ShouldBe(AckRefusal.Malformed);
        links.Read(new string('A', 81) + " ", Samples.Now).Refusal.ShouldBe(AckRefusal.Malformed);
    }

    [Fact]
    public void Read_AtItsExpiry_IsExpired()
    {
        var links = Open();
        var token = links.New(Grant).Reveal();
        links.Read(token, Grant.ExpiresAt.AddTicks(-1)).Refusal.ShouldBe(AckRefusal.None);
        links.Read(token, Grant.ExpiresAt).Refusal.ShouldBe(AckRefusal.Expired);
    }

    [Fact]
    public void New_SameGrantTwice_GivesDifferentTokens() => Open().New(Grant).Hash.ShouldNotBe(Open().New(Grant).Hash);

    [Fact]
    public void Read_TokenOfAnotherPurposeOrInstall_IsForged()
    {
        var token = Open("other").New(Grant).Reveal();
        Open().Read(token, Samples.Now).Refusal.ShouldBe(AckRefusal.Forged);
        foreach (var file in Directory.GetFiles(directory, "other-*"))
            File.Copy(file, file.Replace("other-", "same-")); // the same key for another purpose is another key
        Open("same").Read(token, Samples.Now).Refusal.ShouldBe(AckRefusal.Forged);
        Open("other").Read(token, Samples.Now).Refusal.ShouldBe(AckRefusal.None);
    }

    [Theory]
    [InlineData("https://tocsin.example.org", "https://tocsin.example.org/ack/")]
    [InlineData("https://example.org/tocsin/", "https://example.org/tocsin/ack/")]
    [InlineData("http://127.0.0.1:8080/?x#y", "http://127.0.0.1:8080/ack/")]
    public void Url_KeepsTheInstallsPathAndIsShort(string publicUrl, string before)
    {
        var token = Open().New(Grant);
        var url = token.Url(new Uri(publicUrl));
        url.AbsoluteUri.ShouldBe(before + token.Reveal());
        $"{AckToken.PathBefore}{token.Reveal()}".Length.ShouldBeLessThanOrEqualTo(90);
    }

    [Fact]
    public void Token_Printed_ShowsNothing()
    {
        var token = Open().New(Grant);
        $"{token}".ShouldBe("***");
        AckToken.Matches(token.Reveal(), token.Hash).ShouldBeTrue();
        AckToken.Matches(token.Reveal() + "x", token.Hash).ShouldBeFalse();
    }

    [Fact]
    public void Rotate_NewestSigns_AllVerify_UntilTheOverlapIsOver()
    {
        var overlap = TimeSpan.FromDays(7);
        var old = Open().New(Grant).Reveal();
        SigningKeys.Rotate(directory, AckLinks.Purpose, overlap, clock, random);
        Open().Read(old, Samples.Now).Refusal.ShouldBe(AckRefusal.None);
        var current = Open().New(Grant).Reveal();

        File.Delete(Directory.GetFiles(directory).Order().First());
        Open().Read(current, Samples.Now).Refusal.ShouldBe(AckRefusal.None, "the newest key did not sign");
        Open().Read(old, Samples.Now).Refusal.ShouldBe(AckRefusal.Forged);
    }

    [Fact]
    public void Rotate_KeysReplacedLongerAgoThanTheOverlap_AreDeleted()
    {
        var overlap = TimeSpan.FromDays(7);
        Open();
        for (var i = 0; i < 4; i++)
        {
            clock.Advance(TimeSpan.FromDays(4));
            SigningKeys.Rotate(directory, AckLinks.Purpose, overlap, clock, random);
        }
        // Made on days 0, 4, 8, 12, 16: those of 0 and 4 were replaced on 4 and 8, before day 9.
        Directory.GetFiles(directory).Length.ShouldBe(3);
    }

    [Fact]
    public void Open_KeyFiles_AreForTheOwnerOnly()
    {
        Open();
        var file = Directory.GetFiles(directory).ShouldHaveSingleItem();
        if (OperatingSystem.IsWindows()) return;
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Open();
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(directory).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Open_DamagedKey_NamesTheFile()
    {
        Open();
        var file = Directory.GetFiles(directory).Single();
        File.WriteAllBytes(file, new byte[7]);
        Should.Throw<InvalidDataException>(() => Open()).Message.ShouldContain(file);
    }

    [Fact]
    public void Open_HalfWrittenKey_IsIgnored()
    {
        File.WriteAllBytes(Path.Combine(directory, "ack-1.key.new"), new byte[3]);
        Open().New(Grant).ShouldNotBeNull();
    }

    public void Dispose()
    {
        random.Dispose();
        Directory.Delete(directory, recursive: true);
    }
}
