using System.Diagnostics;

namespace Tocsin.Packaging.Tests;

/// <summary>The packages of this checkout, and a Debian with nothing but its base, OpenSSL and certificates: no .NET, no SQLite.</summary>
public sealed class BareDebian : IAsyncLifetime
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("tocsin-packages-");

    public string Root => Path.Combine(directory.FullName, "debian");
    public string Packages => Path.Combine(directory.FullName, "dist");
    public string Work => directory.FullName;

    public async Task InitializeAsync()
    {
        // Beside each other: one waits for the network, the other for the compiler.
        var debian = Shell.RunAsync($"debootstrap --variant=minbase --include=libssl3,ca-certificates bookworm {Root}");
        await Shell.RunAsync($"{Checkout.Root}/tocsin package --out {Packages} --only linux-x64");
        await debian;
        File.Copy(Package("tocsin-*-linux-x64"), Path.Combine(Root, "usr/local/bin/tocsin"));
    }

    /// <summary>The one package whose name fits.</summary>
    public string Package(string pattern) => Directory.GetFiles(Packages, pattern).ShouldHaveSingleItem();

    /// <summary>Starts a program in that Debian; it ends with everything that it started.</summary>
    /// <param name="root">Where its root directory is.</param>
    /// <param name="prepare">What is done first, outside of it, with mounts of its own.</param>
    public static Process Start(string root, string command, string prepare = "true", string user = "0:0") => Process.Start(new ProcessStartInfo("unshare",
        ["--mount", "--pid", "--fork", "--kill-child", "bash", "-ec", $"{prepare}; mount -t proc proc {root}/proc; mount --rbind /dev {root}/dev; exec chroot --userspec={user} {root} {command}"])
    {
        RedirectStandardOutput = true, RedirectStandardError = true,
        Environment = { ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ["HOME"] = "/root" },
    })!;

    public Task DisposeAsync()
    {
        directory.Delete(recursive: true);
        return Task.CompletedTask;
    }
}

internal static class Checkout
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo at) => File.Exists(Path.Combine(at.FullName, "Tocsin.slnx")) ? at.FullName : Find(at.Parent!);
}

internal static class Shell
{
    /// <returns>Standard output.</returns>
    public static async Task<string> RunAsync(string script)
    {
        var (code, output, errors) = await TryAsync(script);
        code.ShouldBe(0, $"{script}\n{output}{errors}");
        return output;
    }

    public static async Task<(int Code, string Output, string Errors)> TryAsync(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}

/// <summary>A test that makes a Debian of its own.</summary>
internal sealed class BareDebianFactAttribute : FactAttribute
{
    public BareDebianFactAttribute()
    {
        if (Environment.UserName != "root" || !File.Exists("/usr/sbin/debootstrap")) Skip = "needs root and debootstrap: it makes a Debian of its own";
    }
}
