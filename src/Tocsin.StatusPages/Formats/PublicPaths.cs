using System.Globalization;
using Tocsin.Kernel;

namespace Tocsin.StatusPages;

/// <summary>Addresses of the public surface.</summary>
internal static class PublicPaths
{
    public const string Page = "/status", Json = "/status.json", Atom = "/status.atom", Css = "/status.css", Script = "/status.js";
    public const string V2 = "/status/api/v2";
    public const string Incidents = "/status/incidents";

    public static string Of(IncidentId incident) => $"{Incidents}/{IdOf(incident)}";
    public static string IdOf(IncidentId incident) => incident.Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The path under the public address; the bare path while there is none.</summary>
    public static string Absolute(Uri? home, string path) => home is null ? path : home.AbsoluteUri.TrimEnd('/') + path;
}
