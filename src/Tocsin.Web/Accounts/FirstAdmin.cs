using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Web.Accounts;

/// <summary>How the first person gets in: a link on the console, accepted from this machine only.</summary>
public sealed class FirstAdmin
{
    private static readonly TimeSpan ValidFor = TimeSpan.FromDays(1);
    private static readonly TimeSpan SignInValidFor = TimeSpan.FromHours(1);

    private readonly IStore store;
    private readonly OneTimeLinks links;
    private readonly TimeProvider clock;

    internal FirstAdmin(IStore store, OneTimeLinks links, TimeProvider clock) => (this.store, this.links, this.clock) = (store, links, clock);

    /// <summary>Whether an administrator exists. Until then the start command prints a link.</summary>
    public Task<bool> ExistsAsync(CancellationToken cancellation = default) =>
        store.ReadAsync(async tx => await AccountTable.HasAdminAsync(tx), cancellation);

    /// <summary>Makes the link of the first administrator; an earlier one ends.</summary>
    /// <returns>Path such as <c>/start/…</c>, usable once within one day, from loopback.</returns>
    public async Task<string> CreateLinkAsync(CancellationToken cancellation = default) => "/start/"
        + await links.CreateAsync(LinkKind.FirstAdmin, null, Role.Admin, ValidFor, Actor.Tocsin, cancellation);

    /// <summary>Makes sure that a person has an account, for programs on this machine that act as that person. An existing one stays as it is.</summary>
    public Task EnsureAsync(PersonKey person, Role role, CancellationToken cancellation = default) => store.WriteAsync(async tx =>
    {
        if (await AccountTable.FindAsync(tx, person) is not null) return;
        var now = clock.GetUtcNow();
        await AccountTable.InsertAsync(tx, new Account { Person = person, Role = role, Stamp = OneTimeToken.New(), CreatedAt = now });
        tx.Append(new AccountChanged(person, $"became {AccountChange.InWords(role)}"), now, Actor.Tocsin);
    }, cancellation: cancellation);

    /// <summary>Makes a link that signs a person in as soon as it is opened; the account appears when there is none.</summary>
    /// <returns>Path such as <c>/start/…</c>, usable once within one hour, from loopback.</returns>
    public async Task<string> CreateSignInLinkAsync(PersonKey person, Role role, CancellationToken cancellation = default) =>
        "/start/" + await links.CreateAsync(LinkKind.SignIn, person, role, SignInValidFor, Actor.Tocsin, cancellation);
}
