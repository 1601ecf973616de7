using Tocsin.Kernel;

namespace Tocsin.Paging.Channels.Ntfy;

/// <summary>Where a person listens: the server's root and the topic.</summary>
/// <param name="Name">Shape: 1 to 64 of letters, digits, '-' and '_'.</param>
internal sealed record NtfyTopic(Uri Server, string Name)
{
    /// <param name="url">Server and topic, such as <c>https://ntfy.example.org/topic</c>; the server may lie under a path.</param>
    public static Parsed<NtfyTopic> Parse(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        var slash = path.LastIndexOf('/');
        var name = path[(slash + 1)..];
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            return Parsed<NtfyTopic>.Bad("its path must end in a topic of 1 to 64 letters, digits, '-' and '_'");
        return new NtfyTopic(new UriBuilder(url.Scheme, url.Host, url.Port, path[..(slash + 1)]).Uri, name);
    }
}
