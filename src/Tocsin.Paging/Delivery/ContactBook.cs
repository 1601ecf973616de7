using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;

namespace Tocsin.Paging;

/// <summary>A way to reach a person, with the name under which pages use it.</summary>
/// <param name="Name">The method's word; for a person's second of a kind <c>mail-2</c> and so on.</param>
/// <param name="EntryId">Row that the person entered in the browser; null when the configuration names it.</param>
public sealed record NamedMethod(string Name, ContactMethod Method, long? EntryId);

/// <summary>Who can be reached how: what the configuration names, then what people entered themselves.</summary>
public sealed class ContactBook(IStore store, IRevisions revisions, TimeProvider clock)
{
    private const int MethodsMax = 10, AddressLengthMax = 500;

    public Task<IReadOnlyList<NamedMethod>> OfAsync(PersonKey person, CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await OfAsync(tx, person), cancellation);

    internal async Task<IReadOnlyList<NamedMethod>> OfAsync(IReadTx tx, PersonKey person)
    {
        var entered = await tx.QueryAsync<ContactRow>(
            "select id, method, address from paging_contact where person = @Value order by id", new { person.Value });
        return Named(revisions.Current.Catalog.People.GetValueOrDefault(person)?.Methods ?? [], entered);
    }

    /// <summary>The same of everybody who is configured, in one question.</summary>
    internal async Task<IReadOnlyDictionary<PersonKey, IReadOnlyList<NamedMethod>>> AllAsync(IReadTx tx)
    {
        var entered = (await tx.QueryAsync<ContactRow>("select id, person, method, address from paging_contact order by id"))
            .ToLookup(row => row.Person, StringComparer.Ordinal);
        return revisions.Current.Catalog.People.ToDictionary(pair => pair.Key, pair => Named(pair.Value.Methods, entered[pair.Key.Value]));
    }

    private static IReadOnlyList<NamedMethod> Named(IReadOnlyList<ContactMethod> configured, IEnumerable<ContactRow> entered) =>
        Name([.. configured.Select(method => (method, (long?)null)), .. entered.Select(row => (row.ToMethod(), (long?)row.Id))]);

    /// <summary>What the configuration alone names: for the page from memory, when the database is gone.</summary>
    public IReadOnlyList<NamedMethod> Configured(PersonKey person) =>
        Name([.. (revisions.Current.Catalog.People.GetValueOrDefault(person)?.Methods ?? []).Select(method => (method, (long?)null))]);

    private static IReadOnlyList<NamedMethod> Name(IReadOnlyList<(ContactMethod Method, long? Id)> methods)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. methods.Select(entry =>
        {
            var count = counts[entry.Method.Word] = counts.GetValueOrDefault(entry.Method.Word) + 1;
            return new NamedMethod(count == 1 ? entry.Method.Word : $"{entry.Method.Word}-{count}", entry.Method, entry.Id);
        })];
    }

    /// <summary>Adds what a person entered. Addresses stay in this table; no journal entry has them.</summary>
    /// <param name="word"><c>mail</c>, <c>ntfy</c> or <c>webhook</c>.</param>
    public async Task<Parsed<NamedMethod>> AddAsync(PersonKey person, string word, string address, CancellationToken cancellation = default)
    {
        if (!ReadMethod(word, address.Trim()).TryGet(out var method, out var error)) return Parsed<NamedMethod>.Bad(error);
        if (WhyUseless(person, method) is { } why) return Parsed<NamedMethod>.Bad(why);
        return await store.WriteAsync<Parsed<NamedMethod>>(async tx =>
        {
            var known = await OfAsync(tx, person);
            if (known.Count >= MethodsMax) return Parsed<NamedMethod>.Bad($"at most {MethodsMax} methods for one person");
            if (known.Any(other => other.Method.Word == word && Address(other.Method) == Address(method)))
                return Parsed<NamedMethod>.Bad("this is there already");
            var id = await tx.InsertAsync(
                "insert into paging_contact (person, method, address, added_at) values (@person, @word, @address, @now) returning id",
                new { person = person.Value, word, address = address.Trim(), now = clock.GetUtcNow().ToUnixTimeMilliseconds() });
            return (await OfAsync(tx, person)).First(named => named.EntryId == id);
        }, cancellation: cancellation);
    }

    // A method that could never carry a page is refused now, not found out at night.
    private string? WhyUseless(PersonKey person, ContactMethod method)
    {
        var revision = revisions.Current;
        if (!revision.Catalog.People.ContainsKey(person)) return $"the configuration names nobody '{person}'";
        return method is ContactMethod.Mail && revision.Get<PagingModel>().Smtp is null
            ? "the configuration names no mail server; add the section smtp first" : null;
    }

    /// <summary>Where it leads, for whoever may see that: the address or URL as written.</summary>
    internal static string Address(ContactMethod method) => method switch
    {
        ContactMethod.Mail mail => mail.Address,
        ContactMethod.Ntfy ntfy => ntfy.Url.AbsoluteUri,
        ContactMethod.Webhook webhook => webhook.Url.AbsoluteUri,
        _ => throw new System.Diagnostics.UnreachableException(method.GetType().Name),
    };

    /// <returns>False when the person has no such entry.</returns>
    public Task<bool> RemoveAsync(PersonKey person, long id, CancellationToken cancellation = default) => store.WriteAsync<bool>(async tx =>
        await tx.ExecuteAsync("delete from paging_contact where id = @id and person = @Value", new { id, person.Value }) == 1,
        cancellation: cancellation);

    private static Parsed<ContactMethod> ReadMethod(string word, string address)
    {
        if (address.Length is 0 or > AddressLengthMax)
            return Parsed<ContactMethod>.Bad($"an address has 1 to {AddressLengthMax} characters");
        switch (word)
        {
            case "mail":
                return MailAddresses.Parse(address).IsValid
                    ? new ContactMethod.Mail(address)
                    : Parsed<ContactMethod>.Bad("this is not a mail address, such as ada@example.org");
            case "ntfy" or "webhook":
                if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
                {
                    return Parsed<ContactMethod>.Bad("this is not a web address, such as https://ntfy.example.org/topic");
                }
                return word == "ntfy" ? new ContactMethod.Ntfy(url, null) : new ContactMethod.Webhook(url, null);
            default:
                return Parsed<ContactMethod>.Bad("a method is mail, ntfy or webhook");
        }
    }

    private sealed class ContactRow
    {
        public long Id { get; init; }
        public string Person { get; init; } = "";
        public string Method { get; init; } = "";
        public string Address { get; init; } = "";

        public ContactMethod ToMethod() => ReadMethod(Method, Address).Value;
    }
}
