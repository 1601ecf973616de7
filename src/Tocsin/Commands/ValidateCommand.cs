using System.CommandLine;
using Tocsin.Catalog.Configuration;
using Tocsin.Server;

namespace Tocsin.Commands;

/// <summary>Prints every mistake of a configuration at once.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("DIR") { Description = "Directory with *.yaml files, or one file" };
        var command = new Command("validate", "Check a configuration; exit 1 when it has errors") { path };
        command.SetAction(result => Run(result.GetValue(path)!));
        return command;
    }

    private static int Run(string path)
    {
        var reading = new ConfigReader(Modules.Sections).Read(path, TimeProvider.System.GetUtcNow());
        foreach (var found in reading.Diagnostics) Console.Out.WriteLine(found);
        if (reading.Revision is not { } revision) return 1;
        var checks = revision.Get<Checks.ChecksModel>().Checks.Count;
        Console.Out.WriteLine($"valid: revision {revision.Hash}, {Count(revision.Catalog.Services.Count, "service")}, "
            + $"{Count(checks, "check")}, {Count(revision.Catalog.People.Count, "person", "people")}");
        return 0;
    }

    private static string Count(int count, string one, string? many = null) => count == 1 ? $"1 {one}" : $"{count} {many ?? one + "s"}";
}

/// <summary>Prints the schema or the reference of the configuration.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var reference = new Option<bool>("--reference") { Description = "Print the reference as Markdown instead" };
        var command = new Command("schema", "JSON Schema of the configuration, for editors") { reference };
        command.SetAction(result =>
        {
            Console.Out.WriteLine(result.GetValue(reference) ? ConfigReference.Write(Modules.Sections) : ConfigSchema.Write(Modules.Sections));
            return 0;
        });
        return command;
    }
}
