using System.CommandLine;
using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Server;
using Tocsin.Server.Tls;

namespace Tocsin.Commands;

/// <summary>Prints every mistake of a configuration at once.</summary>
internal static class ValidateCommand
{
    private const string Services = "services";

    public static Command Create()
    {
        var path = new Argument<string>("DIR") { Description = "Directory with *.yaml files, or one file" };
        var command = new Command("validate", "Check a configuration; exit 1 when it has errors") { path };
        command.SetAction((result, cancellation) => RunAsync(result.GetValue(path)!, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string path, CancellationToken cancellation)
    {
        var reading = new ConfigReader(Modules.Sections).Read(path, TimeProvider.System.GetUtcNow());
        foreach (var found in reading.Diagnostics) Console.Out.WriteLine(found);
        if (reading.Revision is not { } revision) return 1;
        if (!IsServable(revision.Get<ServerModel>(), TimeProvider.System.GetUtcNow())) return 1;
        if (await SharedHostAsync(reading, revision, cancellation) is { } shared) Console.Out.WriteLine(shared);
        var checks = revision.Get<Checks.ChecksModel>().Checks.Count;
        Console.Out.WriteLine($"valid: revision {revision.Hash}, {Count(revision.Catalog.Services.Count, "service")}, "
            + $"{Count(checks, "check")}, {Count(revision.Catalog.People.Count, "person", "people")}");
        return 0;
    }

    /// <summary>One fault must not take both what is watched and who watches it.</summary>
    private static async Task<Diagnostic?> SharedHostAsync(ConfigReading reading, Revision revision, CancellationToken cancellation)
    {
        if (await Checks.SharedHost.FindAsync(revision, TimeProvider.System, cancellation) is not { } hosts) return null;
        var section = reading.Sections.ContainsKey(Services) ? Services : reading.Sections.Keys.First();
        return new Diagnostic(DiagnosticLevel.Warning, reading.Sections[section], $"{section}: Tocsin runs on the host of all that it watches ({hosts}): "
            + $"when that goes down, nobody is woken; run Tocsin elsewhere{(revision.Get<ServerModel>().HeartbeatTo is null ? ", or let something outside miss its heartbeat_to" : "")}");
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
