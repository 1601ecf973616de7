namespace Tocsin.Packaging;

/// <summary>The program with its runtime, for a machine that has none.</summary>
internal static class Publication
{
    /// <param name="isOneFile">Whether the native SQLite is inside too (it is unpacked below the user's home at the first start); otherwise it lies beside.</param>
    /// <returns>The directory, or why the program cannot be made for that platform.</returns>
    public static async Task<Outcome<string>> PublishAsync(Release release, Platform platform, bool isOneFile, string work)
    {
        var output = Path.Combine(work, $"{platform.Rid}{(isOneFile ? "-one" : "")}");
        var result = await Tool.TryAsync(Dotnet(),
        [
            "publish", "src/Tocsin/Tocsin.csproj", "--configuration", "Release", "--runtime", platform.Rid, "--self-contained", "--output", output,
            "--nologo", "--verbosity", "quiet", "-nodeReuse:false", "-p:PublishSingleFile=true", "-p:DebugType=none",
            $"-p:IncludeNativeLibrariesForSelfExtract={(isOneFile ? "true" : "false")}",
        ], release.Source);
        if (result.Code == 0) return Outcome.Made(output);
        return result.Output.Contains("NU1101", StringComparison.Ordinal)
            ? Outcome.Missing<string>($"the package feed has no runtime for {platform.Rid}")
            : throw new IOException($"publishing for {platform.Rid} failed:\n{result.Output}{result.Errors}");
    }

    private static string Dotnet() => Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root && File.Exists(Path.Combine(root, "dotnet"))
        ? Path.Combine(root, "dotnet") : "dotnet";
}
