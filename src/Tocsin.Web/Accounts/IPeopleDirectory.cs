using Tocsin.Kernel;

namespace Tocsin.Web.Accounts;

/// <summary>Somebody whom the configuration names.</summary>
public sealed record KnownPerson(PersonKey Key, string Name);

/// <summary>The people of the configuration. An account is how one of them signs in; who is not listed cannot.</summary>
public interface IPeopleDirectory
{
    /// <summary>In the order in which they are shown.</summary>
    IReadOnlyList<KnownPerson> People { get; }
}

internal sealed class NoPeople : IPeopleDirectory
{
    public IReadOnlyList<KnownPerson> People => [];
}

internal static class PeopleDirectoryExtensions
{
    public static KnownPerson? Find(this IPeopleDirectory directory, PersonKey key) =>
        directory.People.FirstOrDefault(person => person.Key == key);

    public static string NameOf(this IPeopleDirectory directory, PersonKey key) => directory.Find(key)?.Name ?? key.Value;
}
