using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;
using Tocsin.Server;

namespace Tocsin.Init;

/// <summary>The configuration that comes of the answers: the smallest one, with a word on each part.</summary>
internal static class InitConfiguration
{
    public const string FileName = "tocsin.yaml";
    private const int SmtpPort = 25, SubmissionPort = 587, SubmissionsPort = 465;

    /// <param name="directory">As the person will write it on the command line.</param>
    public static string Text(InitAnswers answers, string directory) => $"""
        # What Tocsin watches, and whom it wakes. Saving is enough: a good change takes effect by itself, a bad one is refused.
        # All mistakes with line and column:  tocsin validate {directory}
        # Everything that may stand here:     docs/configuration.md, or tocsin schema --reference

        # Who is woken. More ways and more people go the same way; private ones are entered in the browser.
        people:
          {answers.Person}:
        {NameLine(answers)}    {answers.Channel.Word}: {YamlScalar.Write(answers.Channel.Address)}{Remark(answers.Channel)}

        # What is watched, every 30 s. Long form, for more checks of one service: url:, checks:, depends_on:, escalation:
        services:
          {YamlScalar.Write(answers.Service.Value)}: {YamlScalar.Write(answers.Url)}
        {Smtp(answers.Channel)}
        # Where people reach this install: links in messages begin with it.
        public_url: {YamlScalar.Write(answers.PublicUrl)}

        """;

    /// <summary>What the reader says to the answers.</summary>
    /// <returns>One line for each mistake: what was found and what was expected.</returns>
    public static IReadOnlyList<string> FaultsOf(InitAnswers answers) =>
        [.. Read(answers).Errors.Select(found => found.Text)];

    private static ConfigReading Read(InitAnswers answers) =>
        new ConfigReader(Modules.Sections).ReadText(FileName, Text(answers, "DIR"), DateTimeOffset.UnixEpoch);

    private static string NameLine(InitAnswers answers) =>
        answers.Name == answers.Person.Value ? "" : $"    name: {YamlScalar.Write(answers.Name)}\n";

    private static string Remark(InitChannel channel) => channel.Word == InitChannel.Ntfy ? "  # whoever knows the topic reads along: keep it to yourself" : "";

    private static string Smtp(InitChannel channel)
    {
        if (channel.Smtp is not { } server) return "";
        var (host, port) = Split(server);
        var security = port == SubmissionsPort ? "tls" : IsHere(host) ? "none" : "starttls";
        return $"""

            # The server that takes our mail. A password never stands here: name a variable or a file.
            smtp:
              host: {YamlScalar.Write(host)}
              port: {(port > 0 ? port : IsHere(host) ? SmtpPort : SubmissionPort)}
              security: {security}
              from: {YamlScalar.Write(channel.Address)}
              # username: {YamlScalar.Write(channel.Address)}
              # password: ${"{"}env:TOCSIN_SMTP_PASSWORD{"}"}

            """;
    }

    /// <returns>Port 0 when none is written; -1 when it is no number, which the reader then refuses.</returns>
    private static (string Host, int Port) Split(string server)
    {
        var colon = server.LastIndexOf(':');
        if (colon < 0 || server.EndsWith(']')) return (server.Trim('[', ']'), 0);
        var port = int.TryParse(server.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out var number) ? number : -1;
        return port is < 1 or > 65_535 ? (server, 0) : (server[..colon].Trim('[', ']'), port);
    }

    private static bool IsHere(string host) => host == "localhost" || (System.Net.IPAddress.TryParse(host, out var address) && Network.IsLoopback(address));
}
