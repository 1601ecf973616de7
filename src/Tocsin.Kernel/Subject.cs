namespace Tocsin.Kernel;

/// <summary>What a journal entry is about: a kind and an identity, written <c>incident/42</c>.</summary>
/// <remarks>Shape: kind <c>[a-z]+</c>, then <c>/</c>, then the identity without its prefix. Empty for the server itself.</remarks>
public readonly record struct Subject(string Text)
{
    public static readonly Subject Server = new("server");
    public static Subject Of(CheckKey check) => new($"check/{check}");
    public static Subject Of(ServiceKey service) => new($"service/{service}");
    public static Subject Of(PersonKey person) => new($"person/{person}");
    public static Subject Of(AlertId alert) => new($"alert/{alert.Value}");
    public static Subject Of(IncidentId incident) => new($"incident/{incident.Value}");
    public static Subject Of(PageId page) => new($"page/{page.Value}");
    public static Subject Of(TargetKey target) => new($"target/{target}");
    public static Subject Of(FailoverKey failover) => new($"failover/{failover}");
    public static Subject Of(ChangeId change) => new($"change/{change.Value}");
    public override string ToString() => Text ?? "";
}

/// <summary>Who caused a journal entry.</summary>
/// <remarks>Shape: <c>tocsin</c>, <c>user/KEY</c>, <c>agent/KEY</c>, <c>integration/NAME</c> or <c>link/PAGE</c>. At most 100 characters.</remarks>
public readonly record struct Actor(string Text)
{
    public static readonly Actor Tocsin = new("tocsin");
    public static Actor User(PersonKey person) => new($"user/{person}");
    public static Actor Integration(string name) => new($"integration/{name}");

    /// <summary>The person, when a person did it; null for the program and for integrations.</summary>
    public PersonKey? Person =>
        Text is not null && Text.StartsWith("user/", StringComparison.Ordinal) && Keys.TryParse<PersonKey>(Text[5..], out var key)
            ? key : null;

    /// <summary>The name as it stands in a sentence.</summary>
    public string InWords => Text switch
    {
        null or "" or "tocsin" => "Tocsin",
        _ when Text.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 => Text[(slash + 1)..],
        _ => Text,
    };
    public override string ToString() => Text ?? "";
}
