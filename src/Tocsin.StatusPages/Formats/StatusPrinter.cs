using System.Collections.Frozen;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging;
using Tocsin.Catalog;
using Tocsin.StatusPages.Documents;

namespace Tocsin.StatusPages;

/// <summary>Turns a snapshot into the bytes of every address, off the path of requests.</summary>
internal sealed class StatusPrinter(IServiceProvider services, ILoggerFactory logs, IRevisions revisions)
{
    private const string Html = "text/html; charset=utf-8", Json = "application/json; charset=utf-8", Atom = "application/atom+xml; charset=utf-8";

    public async Task<StatusPublication> PrintAsync(StatusSnapshot snapshot)
    {
        var home = revisions.Current.Catalog.PublicUrl;
        await using var renderer = new HtmlRenderer(services, logs);
        var page = await RenderAsync<StatusDocument>(renderer, snapshot, ("Place", PagePlace.Server));
        var json = StatusJson.Write(snapshot);
        var atom = AtomFeed.Write(snapshot, home);
        var byPath = new Dictionary<string, Rendition>(StringComparer.Ordinal)
        {
            [PublicPaths.Page] = Rendition.Of(Html, page),
            [PublicPaths.Json] = Rendition.Of(Json, json),
            [PublicPaths.Atom] = Rendition.Of(Atom, atom),
        };
        foreach (var (path, bytes) in StatuspageV2.Write(snapshot, home)) byPath[PublicPaths.V2 + path] = Rendition.Of(Json, bytes);
        foreach (var incident in snapshot.Incidents)
        {
            byPath[PublicPaths.Of(incident.Id)] = Rendition.Of(Html, await RenderAsync<IncidentDocument>(renderer, snapshot, ("Incident", incident)));
        }
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["status.css"] = StatusAssets.Css,
            ["status.js"] = StatusAssets.Script,
            ["status.json"] = json,
            ["status.atom"] = atom,
            ["index.html"] = await RenderAsync<StatusDocument>(renderer, snapshot, ("Place", PagePlace.Files)),
        };
        return new StatusPublication(snapshot, byPath.ToFrozenDictionary(StringComparer.Ordinal), files.ToFrozenDictionary(StringComparer.Ordinal));
    }

    private static Task<byte[]> RenderAsync<TDocument>(HtmlRenderer renderer, StatusSnapshot snapshot, (string Name, object Value) other)
        where TDocument : IComponent =>
        renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { ["Snapshot"] = snapshot, [other.Name] = other.Value });
            return Encoding.UTF8.GetBytes((await renderer.RenderComponentAsync<TDocument>(parameters)).ToHtmlString());
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
