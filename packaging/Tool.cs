using System.Diagnostics;

namespace Tocsin.Packaging;

/// <summary>Something that could be made, or why not: a package feed or a machine may lack what it takes.</summary>
internal sealed record Outcome<T>(T? Value, string? Why);

internal static class Outcome
{
    public static Outcome<T> Made<T>(T value) => new(value, null);
    public static Outcome<T> Missing<T>(string why) => new(default, why);
}

/// <param name="Output">Standard output.</param>
internal sealed record ToolResult(int Code, string Output, string Errors);

/// <summary>Programs of this machine.</summary>
internal static class Tool
{
    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));

    public static async Task<ToolResult> TryAsync(string program, IEnumerable<string> arguments, string directory)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        })!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new ToolResult(process.ExitCode, await output, await errors);
    }

    /// <exception cref="IOException">It failed; the message is what it said.</exception>
    public static async Task<ToolResult> RunAsync(string program, IReadOnlyList<string> arguments, string directory)
    {
        var result = await TryAsync(program, arguments, directory);
        return result.Code == 0 ? result : throw new IOException($"{program} {string.Join(' ', arguments)} failed:\n{result.Output}{result.Errors}");
    }
}
