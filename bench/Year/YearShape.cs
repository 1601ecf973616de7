using System.Globalization;
using System.Text;

namespace Tocsin.Bench.Year;

/// <summary>How large the generated year is (DESIGN §6), and what its parts are called.</summary>
internal static class YearShape
{
    public const int Services = 500, ChecksPerService = 10, Incidents = 2_000, OpenIncidents = 3, Changes = 500, JournalRows = 1_000_000;
    public const int People = 20, Revisions = 50, Days = 365;
    /// <summary>Hours of every check are kept for this long here; a page asks for hours by their key, so older ones cost nothing.</summary>
    public const int HourDays = 7;
    /// <summary>Every so many incidents one has a story of <see cref="LongStory"/> notes.</summary>
    public const int LongStoryEvery = 400, LongStory = 600;

    public static string Service(int index) => Text($"s{index:000}");
    public static string Person(int index) => Text($"p{index:00}");

    /// <summary>Nobody can be paged by it: the mail server is a port on which nothing listens.</summary>
    public static string Configuration(int targetPort)
    {
        var yaml = new StringBuilder("zone: Europe/Berlin\nsmtp: {host: 127.0.0.1, port: 9, security: none, from: tocsin@bench.example}\npeople:\n");
        for (var person = 0; person < People; person++) Line(yaml, $"  {Person(person)}: {{name: Person {person}, mail: {Person(person)}@bench.example}}");
        Line(yaml, $"schedules: {{first-line: {{people: [{string.Join(", ", Enumerable.Range(0, 6).Select(Person))}]}}}}");
        yaml.AppendLine("escalation: {default: {steps: [{notify: first-line}, {after: 5m, notify: [p10, p11]}]}}");
        Line(yaml, $"status_page: {{components: [{string.Join(", ", Enumerable.Range(0, 20).Select(Service))}]}}");
        yaml.AppendLine("services:");
        for (var service = 0; service < Services; service++)
        {
            Line(yaml, $"  {Service(service)}:");
            Line(yaml, $"    name: Service {service}");
            if (service < Services - 2) Line(yaml, $"    depends_on: [{Service(service + 1)}, {Service(service + 2)}]");
            yaml.AppendLine("    checks:");
            for (var check = 0; check < ChecksPerService; check++) Line(yaml, $"      c{check}: {{http: \"http://127.0.0.1:{targetPort}/{service}/{check}\"}}");
        }
        return yaml.ToString();
    }

    private static void Line(StringBuilder yaml, FormattableString text) => yaml.AppendLine(Text(text));
    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
