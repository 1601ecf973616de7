using System.Collections.Frozen;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging;
using Tocsin.Catalog;
using Tocsin.StatusPages.Documents;

namespace Tocsin.StatusPages;

/// <summary>Turns a snapshot into a publication: every address with the bytes that it will answer.</summary>
internal sealed class StatusPrinter(IServiceProvider services, ILoggerFactory logs, IRevisions revisions)
{
    private const string Html = "text/html; charset=utf-8", Json = "application/json; charset=utf-8", Atom = "application/atom+xml; charset=utf-8";

    public StatusPublication Print(StatusSnapshot snapshot)
    {
        var home = revisions.Current.Catalog.PublicUrl;
        var json = Made(Json, () => StatusJson.Write(snapshot));
        var atom = Made(Atom, () => AtomFeed.Write(snapshot, home));
        var byPath = new Dictionary<string, Lazy<Task<Rendition>>>(StringComparer.Ordinal)
        {
            [PublicPaths.Page] = Page<StatusDocument>(snapshot, "Place", PagePlace.Server),
            [PublicPaths.Json] = json,
            [PublicPaths.Atom] = atom,
        };
        foreach (var (path, write) in StatuspageV2.Files) byPath[PublicPaths.V2 + path] = Made(Json, () => write(snapshot, home));
        foreach (var incident in snapshot.Incidents)
        {
            byPath[PublicPaths.Of(incident.Id)] = Page<IncidentDocument>(snapshot, "Incident", incident);
        }
        var files = new Dictionary<string, Lazy<Task<Rendition>>>(StringComparer.Ordinal)
        {
            ["status.css"] = Made("text/css", () => StatusAssets.Css),
            ["status.js"] = Made("text/javascript", () => StatusAssets.Script),
            ["status.json"] = json,
            ["status.atom"] = atom,
            ["index.html"] = Page<StatusDocument>(snapshot, "Place", PagePlace.Files),
        };
        return new StatusPublication(snapshot, byPath.ToFrozenDictionary(StringComparer.Ordinal), files.ToFrozenDictionary(StringComparer.Ordinal));
    }

    private static Lazy<Task<Rendition>> Made(string contentType, Func<byte[]> write) => new(() => Task.FromResult(Rendition.Of(contentType, write())));

    private Lazy<Task<Rendition>> Page<TDocument>(StatusSnapshot snapshot, string name, object value)
        where TDocument : IComponent => new(async () =>
        {
            await using var renderer = new HtmlRenderer(services, logs);
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { ["Snapshot"] = snapshot, [name] = value });
            return Rendition.Of(Html, await renderer.Dispatcher.InvokeAsync(async () =>
                Encoding.UTF8.GetBytes((await renderer.RenderComponentAsync<TDocument>(parameters)).ToHtmlString())));
        });
}

/// <summary>Where a page stands: its links differ.</summary>
/// <param name="Root">What stands before the name of a file.</param>
/// <param name="HasIncidentPages">Whether each incident has a page of its own.</param>
public sealed record PagePlace(string Root, bool HasIncidentPages)
{
    public static readonly PagePlace Server = new("/", HasIncidentPages: true);
    /// <summary>A directory that any web server shows, under any address.</summary>
    public static readonly PagePlace Files = new("", HasIncidentPages: false);
}
