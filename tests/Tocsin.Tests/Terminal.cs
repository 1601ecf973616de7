using Tocsin.Commands;

namespace Tocsin.Tests;

/// <summary>Runs commands of the program within this process. Tests that use it share one collection: there is one console.</summary>
internal static class Terminal
{
    public const string Collection = "console";

    /// <returns>Exit code, and what was printed to standard output and standard error.</returns>
    public static async Task<(int Code, string Text, string Errors)> RunAsync(params string[] arguments)
    {
        var (before, errorsBefore) = (Console.Out, Console.Error);
        using var text = new StringWriter();
        using var errors = new StringWriter();
        Console.SetOut(text);
        Console.SetError(errors);
        try
        {
            var code = await CommandLine.RunAsync(arguments);
            return (code, text.ToString(), errors.ToString());
        }
        finally
        {
            Console.SetOut(before);
            Console.SetError(errorsBefore);
        }
    }
}
