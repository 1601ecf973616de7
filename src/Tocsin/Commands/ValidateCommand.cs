using System.CommandLine;
using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Server;
using Tocsin.Server.Tls;

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
        if (!IsServable(revision.Get<ServerModel>(), TimeProvider.System.GetUtcNow())) return 1;
        var checks = revision.Get<Checks.ChecksModel>().Checks.Count;
        Console.Out.WriteLine($"valid: revision {revision.Hash}, {Count(revision.Catalog.Services.Count, "service")}, "
            + $"{Count(checks, "check")}, {Count(revision.Catalog.People.Count, "person", "people")}");
        return 0;
    }

    /// <summary>What stands in other files. One that cannot be read here may be there on the server: that is a warning.</summary>
    private static bool IsServable(ServerModel server, DateTimeOffset now)
    {
        var wrong = server.ListenPublic is { } open ? PublicListener.Of(open, CertificateFiles.Of(server) is not null).Error : null;
        if (wrong is not null) Console.Out.WriteLine(wrong);
        if (CertificateFiles.Of(server) is not { } files) return wrong is null;
        if (!files.Read().TryGet(out var text, out var unread)) Console.Out.WriteLine($"warning: {unread}");
        else if (ServedCertificate.Of(text, now).Error is { } bad) Console.Out.WriteLine(wrong = bad);
        return wrong is null;
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
