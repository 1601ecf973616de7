using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Checks;
using Tocsin.Kernel;
using Tocsin.OnCall;
using Tocsin.Server;

namespace Tocsin.Pages;

/// <summary>What a new check means for the files: which entries, and what is wrong before any of them is written. Pure.</summary>
/// <param name="Inserts">None when there are errors.</param>
/// <param name="Check">Key that the check will have.</param>
internal sealed record CheckAddition(IReadOnlyList<ConfigInsert> Inserts, IReadOnlyList<FormError> Errors, ServiceKey Service, CheckKey Check)
{
    public const string Policy = "policy/", Person = "person/";

    /// <param name="hasMap">Whether the files have a map at a path: a service in its short form has none.</param>
    public static CheckAddition Of(CheckForm form, Revision revision, Func<IReadOnlyList<string>, bool> hasMap)
    {
        var url = Typed.Address(form.Url);
        var key = form.Key.Length > 0 ? form.Key : Typed.ServiceKeyOf(url);
        if (url.Length == 0) return Wrong("url", "Write the address that is watched.");
        return form.Service.Length > 0 ? OfExisting(form.Service, key, url, revision, hasMap) : OfNew(key, url, form.Who, revision);
    }

    private static CheckAddition OfNew(string key, string url, string who, Revision revision)
    {
        if (revision.Catalog.Services.ContainsKey(new ServiceKey(key)))
            return Wrong("key", $"There is a service {key} already: choose another key, or add the check to it.");
        if (WhyUnknown(who, revision) is { } unknown) return Wrong("who", unknown);
        var (policy, added) = PolicyOf(who, revision.Get<OnCallModel>());
        var service = new ConfigInsert(["services"], key, policy is null
            ? ConfigInsert.Text(url) : ConfigInsert.Map(("url", ConfigInsert.Text(url)), ("escalation", ConfigInsert.Text(policy))));
        return new CheckAddition(added is null ? [service] : [service, added], [], new ServiceKey(key), new CheckKey(key));
    }

    private static CheckAddition OfExisting(string service, string key, string url, Revision revision, Func<IReadOnlyList<string>, bool> hasMap)
    {
        if (!revision.Catalog.Services.ContainsKey(new ServiceKey(service))) return Wrong("service", "That service is not there any more.");
        var check = new CheckKey($"{service}-{key}");
        if (revision.Get<ChecksModel>().Checks.ContainsKey(check)) return Wrong("key", $"{service} has a check {key} already: choose another key.");
        var (kind, target) = KindOf(url);
        // A service that is only an address cannot hold a second check: the check stands apart and names it.
        var insert = hasMap(["services", service])
            ? new ConfigInsert(["services", service, "checks"], key, ConfigInsert.Text(url))
            : new ConfigInsert(["checks"], check.Value, ConfigInsert.Map(("service", ConfigInsert.Text(service)), (kind, ConfigInsert.Text(target))));
        return new CheckAddition([insert], [], new ServiceKey(service), check);
    }

    /// <summary>The key of the target in a long form, and the target as it stands there.</summary>
    private static (string Kind, string Target) KindOf(string url) => url.Split("://", 2) is ["tcp" or "tls", var target] parts ? (parts[0], target) : ("http", url);

    private static string? WhyUnknown(string who, Revision revision) => who switch
    {
        "" => null,
        _ when who.StartsWith(Policy, StringComparison.Ordinal) => revision.Get<OnCallModel>().Policies.ContainsKey(who[Policy.Length..])
            ? null : "That escalation policy is not there any more.",
        _ when who.StartsWith(Person, StringComparison.Ordinal) => revision.Catalog.People.ContainsKey(new PersonKey(who[Person.Length..]))
            ? null : "That person is not there any more.",
        _ => "Choose who is woken.",
    };

    /// <returns>The policy that the service names, null for the usual one; and its entry when there is none yet.</returns>
    private static (string? Policy, ConfigInsert? Added) PolicyOf(string who, OnCallModel onCall)
    {
        if (who.StartsWith(Policy, StringComparison.Ordinal)) return (who[Policy.Length..], null);
        if (!who.StartsWith(Person, StringComparison.Ordinal)) return (null, null);
        var person = who[Person.Length..];
        var known = onCall.Policies.Values.Where(policy => IsOnly(policy, person)).Select(policy => policy.Key).Order(StringComparer.Ordinal).FirstOrDefault();
        if (known is not null) return (known == EscalationPolicyModel.DefaultKey ? null : known, null);
        var key = person;
        for (var number = 2; onCall.Policies.ContainsKey(key); number++) key = $"{person}-{number}";
        return (key, new ConfigInsert(["escalation"], key,
            ConfigInsert.Map(("steps", ConfigInsert.List(ConfigInsert.Map(("notify", ConfigInsert.Text(person))))))));
    }

    private static bool IsOnly(EscalationPolicyModel policy, string person) =>
        policy is { RoundsMax: null, Steps: [{ After.Ticks: 0, Notify: [StepTarget.Person only] }] } && only.Key.Value == person;

    private static CheckAddition Wrong(string field, string text) => new([], [new FormError(field, text)], default, default);

    /// <summary>Which field a finding of the reader is about.</summary>
    public static FormError ErrorOf(Diagnostic found) => new(
        found.Text.Contains("the key", StringComparison.Ordinal) ? "key" : found.Text.Contains("escalation", StringComparison.Ordinal) ? "who" : "url", found.Text);
}
