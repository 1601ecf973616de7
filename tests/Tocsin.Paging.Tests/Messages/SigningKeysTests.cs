using System.Security.Cryptography;
using Tocsin.Kernel;
using Tocsin.Paging.Messages;

namespace Tocsin.Paging.Tests.Messages;

public sealed class SigningKeysTests
{
    [Fact]
    public void Sync_NoDirectory_SaysWhich() =>
        Should.Throw<IOException>(() => DirectorySync.Run("/nowhere/keys")).Message.ShouldBe("/nowhere/keys: No such file or directory");

    [Fact]
    public void Open_NewKey_IsThereForTheNextOpening()
    {
        var directory = Directory.CreateTempSubdirectory("tocsin-keys-");
        var first = SigningKeys.Open(directory.FullName, "ack", TimeProvider.System, RandomNumberGenerator.Create());
        var signed = first.Sign("links"u8);
        SigningKeys.Open(directory.FullName, "ack", TimeProvider.System, RandomNumberGenerator.Create()).Verify("links"u8, signed).ShouldBeTrue();
        directory.Delete(recursive: true);
    }
}
