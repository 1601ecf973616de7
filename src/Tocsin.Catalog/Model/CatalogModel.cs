using System.Collections.Frozen;
using Tocsin.Kernel;

namespace Tocsin.Catalog;

/// <summary>What people depend on, validated.</summary>
public sealed record ServiceModel
{
    public required ServiceKey Key { get; init; }
    /// <summary>Name for people; the key when the file gives none. 1 to 80 characters.</summary>
    public required string Name { get; init; }
    public string? Description { get; init; }
    /// <summary>Direct dependencies, in the order of the file; without cycles and without itself.</summary>
    public required IReadOnlyList<ServiceKey> DependsOn { get; init; }
    /// <summary>Escalation policy; null is the default one.</summary>
    public string? Escalation { get; init; }
}

/// <summary>How a person can be reached.</summary>
public abstract record ContactMethod
{
    private ContactMethod() { }

    /// <summary>Word for the method: <c>mail</c>, <c>ntfy</c> or <c>webhook</c>.</summary>
    public abstract string Word { get; }

    public sealed record Mail(string Address) : ContactMethod { public override string Word => "mail"; }

    /// <param name="Url">Server and topic, such as <c>https://ntfy.example.org/topic</c>.</param>
    /// <param name="Token">Access token; null when the topic is open.</param>
    public sealed record Ntfy(Uri Url, SecretRef? Token) : ContactMethod { public override string Word => "ntfy"; }

    /// <param name="Signing">Key of the HMAC-SHA-256 signature; null is unsigned.</param>
    public sealed record Webhook(Uri Url, SecretRef? Signing) : ContactMethod { public override string Word => "webhook"; }
}

/// <summary>Somebody who can be paged.</summary>
public sealed record PersonModel
{
    public required PersonKey Key { get; init; }
    public required string Name { get; init; }
    /// <summary>In the order in which they are tried. May be empty: contact methods can also be entered in the browser.</summary>
    public required IReadOnlyList<ContactMethod> Methods { get; init; }
    /// <summary>IANA zone for times in messages; null is the zone of the install.</summary>
    public string? Zone { get; init; }
}

/// <summary>Services, people and where the install lives. Immutable, replaced whole.</summary>
public sealed record CatalogModel
{
    /// <summary>Address of this install as people reach it; null when the file gives none (then messages carry no link).</summary>
    public required Uri? PublicUrl { get; init; }
    /// <summary>IANA zone in which pages show absolute times. Default <c>UTC</c>.</summary>
    public required string Zone { get; init; }
    public required FrozenDictionary<ServiceKey, ServiceModel> Services { get; init; }
    public required FrozenDictionary<PersonKey, PersonModel> People { get; init; }

    /// <summary>Services in the order of the file.</summary>
    public required IReadOnlyList<ServiceKey> ServiceOrder { get; init; }

    /// <summary>The service's name, or its key when it is no longer configured.</summary>
    public string NameOf(ServiceKey service) => Services.TryGetValue(service, out var model) ? model.Name : service.Value;
    public string NameOf(PersonKey person) => People.TryGetValue(person, out var model) ? model.Name : person.Value;

    /// <summary>Everything this service needs, direct and indirect, nearest first, without itself.</summary>
    public IReadOnlyList<ServiceKey> DependenciesOf(ServiceKey service) => Walk(service, key =>
        Services.TryGetValue(key, out var model) ? model.DependsOn : []);

    /// <summary>Everything that needs this service, direct and indirect, nearest first, without itself.</summary>
    public IReadOnlyList<ServiceKey> DependentsOf(ServiceKey service) => Walk(service, key =>
        ServiceOrder.Where(other => Services[other].DependsOn.Contains(key)));

    private static List<ServiceKey> Walk(ServiceKey start, Func<ServiceKey, IEnumerable<ServiceKey>> next)
    {
        var seen = new HashSet<ServiceKey> { start };
        var found = new List<ServiceKey>();
        var queue = new Queue<ServiceKey>([start]);
        while (queue.TryDequeue(out var key))
        {
            foreach (var other in next(key))
            {
                if (!seen.Add(other)) continue;
                found.Add(other);
                queue.Enqueue(other);
            }
        }
        return found;
    }
}

/// <summary>How the server itself runs.</summary>
public sealed record ServerModel
{
    /// <summary>Address of a second listener that answers only status page, acknowledge links and heartbeats; null is none.</summary>
    public Uri? ListenPublic { get; init; }
    /// <summary>Certificate and key in PEM for TLS on the main listener; null is plain HTTP behind a proxy.</summary>
    public string? TlsCertificateFile { get; init; }
    public string? TlsKeyFile { get; init; }
    /// <summary>Addresses or networks (CIDR) whose forwarded headers are believed.</summary>
    public required IReadOnlyList<string> TrustedProxies { get; init; }
    /// <summary>Called every 60 s while probing, journal and paging all move; null is none.</summary>
    public Uri? HeartbeatTo { get; init; }
    /// <summary>Whether probes and webhooks may go to link-local and metadata addresses. Default false.</summary>
    public bool AllowLinkLocal { get; init; }
    /// <summary>PostgreSQL connection string; null is SQLite in the data directory.</summary>
    public SecretRef? Database { get; init; }
}

/// <summary>Where a secret stands: <c>${env:NAME}</c>, <c>${file:/path}</c>, or written in place.</summary>
/// <remarks>Resolved at use; prints the reference, never the value.</remarks>
public sealed record SecretRef
{
    private readonly Secret? inPlace;
    public string? Env { get; private init; }
    public string? File { get; private init; }
    private SecretRef(Secret? inPlace) => this.inPlace = inPlace;

    public static SecretRef OfEnvironment(string name) => new((Secret?)null) { Env = name };
    public static SecretRef OfFile(string path) => new((Secret?)null) { File = path };
    public static SecretRef InPlace(string value) => new(new Secret(value));

    /// <returns>The secret, or why it cannot be had now.</returns>
    public Parsed<Secret> Resolve()
    {
        if (inPlace is not null) return inPlace;
        if (Env is not null)
        {
            return Environment.GetEnvironmentVariable(Env) is { Length: > 0 } value
                ? new Secret(value) : Parsed<Secret>.Bad($"the environment variable {Env} is not set");
        }
        try { return new Secret(System.IO.File.ReadAllText(File!).Trim()); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Parsed<Secret>.Bad($"the file {File} cannot be read: {error.Message}");
        }
    }

    public override string ToString() => Env is not null ? $"${{env:{Env}}}" : File is not null ? $"${{file:{File}}}" : "***";
}
