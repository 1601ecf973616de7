using Tocsin.Init;

namespace Tocsin.Tests.Init;

public sealed class InitDirectoryTests : IDisposable
{
    private readonly DirectoryInfo parent = Directory.CreateTempSubdirectory("tocsin-init-");
    private string Target => Path.Combine(parent.FullName, "config");

    [Fact]
    public void Write_NewDirectory_OnlyItsOwnerCanRead()
    {
        InitDirectory.WhyTaken(Target).ShouldBeNull();
        InitDirectory.Write(Target + "/", "tocsin.yaml", "zone: UTC\n").IsValid.ShouldBeTrue();
        var file = Path.Combine(Target, "tocsin.yaml");
        File.ReadAllText(file).ShouldBe("zone: UTC\n");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(Target).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        parent.EnumerateFileSystemInfos().Select(entry => entry.Name).ShouldBe(["config"], "nothing temporary is left");
    }

    [Fact]
    public void WhyTaken_DirectoryWithFiles_SaysWhatIsThereAndWhatToDo()
    {
        foreach (var name in (string[])["b.yaml", "a.yaml"]) File.WriteAllText(Path.Combine(Directory.CreateDirectory(Target).FullName, name), "");
        InitDirectory.WhyTaken(Target).ShouldNotBeNull().ShouldBe(
            $"{Target} is there already, with a.yaml, b.yaml; nothing is overwritten. To run what is there: tocsin serve --config {Target}. "
            + "To begin anew, name another directory: tocsin init DIR");
    }

    [Fact]
    public void Write_SomebodyWasFaster_OverwritesNothing()
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Target).FullName, "tocsin.yaml"), "theirs");
        InitDirectory.Write(Target, "tocsin.yaml", "ours").Error.ShouldNotBeNull().ShouldContain("cannot be written");
        File.ReadAllText(Path.Combine(Target, "tocsin.yaml")).ShouldBe("theirs");
        parent.EnumerateFileSystemInfos().Count().ShouldBe(1);
    }

    public void Dispose() => parent.Delete(recursive: true);
}
