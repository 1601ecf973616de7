using System.Text;
using System.Text.Encodings.Web;
using System.Xml;

namespace Tocsin.StatusPages;

/// <summary><c>/status.atom</c> (RFC 4287): one entry for each update, so that readers see every one of them.</summary>
internal static class AtomFeed
{
    private const string Namespace = "http://www.w3.org/2005/Atom";
    private const int EntriesMax = 50;

    public static byte[] Write(StatusSnapshot snapshot, Uri? home)
    {
        using var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" }))
        {
            xml.WriteStartElement("feed", Namespace);
            Element(xml, "id", IdOf(home));
            Element(xml, "title", snapshot.Title);
            Element(xml, "updated", PublicTime.Machine(snapshot.UpdatedAt));
            Link(xml, "self", PublicPaths.Absolute(home, PublicPaths.Atom), "application/atom+xml");
            Link(xml, "alternate", PublicPaths.Absolute(home, PublicPaths.Page), "text/html");
            xml.WriteStartElement("author", Namespace);
            Element(xml, "name", snapshot.Title);
            xml.WriteEndElement();
            var told = snapshot.Incidents.SelectMany(incident => incident.Updates.Select(update => (incident, update)));
            foreach (var (incident, update) in told.OrderByDescending(pair => pair.update.Id).Take(EntriesMax)) Entry(xml, incident, update, home);
            xml.WriteEndElement();
        }
        return buffer.ToArray();
    }

    private static void Entry(XmlWriter xml, PublicIncident incident, StatusUpdate update, Uri? home)
    {
        xml.WriteStartElement("entry", Namespace);
        Element(xml, "id", $"{IdOf(home)}/incidents/{PublicPaths.IdOf(incident.Id)}/updates/{update.Id}");
        Element(xml, "title", $"{update.Status.Heading}: {incident.Name}");
        Element(xml, "updated", PublicTime.Machine(update.At));
        Element(xml, "published", PublicTime.Machine(update.At));
        Link(xml, "alternate", PublicPaths.Absolute(home, PublicPaths.Of(incident.Id)), "text/html");
        xml.WriteStartElement("content", Namespace);
        xml.WriteAttributeString("type", "html");
        xml.WriteString($"<p>{Html(update.Text)}</p><p>Affects {Html(StatusSentence.Join([.. incident.Components.Select(component => component.Name)]))}. "
            + $"Began {PublicTime.Moment(incident.StartedAt)}.</p>");
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    // A tag URI (RFC 4151) stays the same when the page moves to https; without an address there is only a name of our own.
    private static string IdOf(Uri? home) => home is null ? "urn:tocsin:status" : $"tag:{home.Host},2026:status";

    private static string Html(string text) => HtmlEncoder.Default.Encode(Legal(text)).Replace("&#xA;", "<br/>", StringComparison.Ordinal);

    private static void Element(XmlWriter xml, string name, string text) => xml.WriteElementString(name, Namespace, Legal(text));

    private static void Link(XmlWriter xml, string rel, string href, string type)
    {
        xml.WriteStartElement("link", Namespace);
        xml.WriteAttributeString("rel", rel);
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("href", href);
        xml.WriteEndElement();
    }

    /// <summary>Control characters, and halves of characters, cannot stand in XML at all.</summary>
    private static string Legal(string text)
    {
        if (text.All(c => XmlConvert.IsXmlChar(c))) return text;
        var legal = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) // halves become U+FFFD
        {
            if (rune.Value > 0xFFFF || XmlConvert.IsXmlChar((char)rune.Value)) legal.Append(rune.ToString());
        }
        return legal.ToString();
    }
}
