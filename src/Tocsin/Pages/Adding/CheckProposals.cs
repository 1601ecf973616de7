using System.Security.Cryptography;
using Tocsin.Catalog.Configuration;
using Tocsin.Checks;
using Tocsin.Kernel;

namespace Tocsin.Pages;

/// <summary>A check that a person looks at before saving it.</summary>
/// <param name="Revision">That it became; null until it is saved.</param>
internal sealed record CheckProposal(
    string Id, PersonKey Person, CheckForm Form, CheckAddition Addition, ConfigProposal Change, TrialResult? Trial, string? Revision);

/// <summary>The last proposals, in memory: what is saved is what was shown. Thread-safe.</summary>
/// <remarks>Each holds a file twice, at most 2 MB; after a restart one looks again.</remarks>
internal sealed class CheckProposals
{
    private const int KeptMax = 16, IdBytes = 16;

    private readonly Lock gate = new();
    private readonly LinkedList<CheckProposal> kept = new();

    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));

    public void Keep(CheckProposal proposal)
    {
        lock (gate)
        {
            Forget(proposal.Id);
            kept.AddLast(proposal);
            if (kept.Count > KeptMax) kept.RemoveFirst();
        }
    }

    /// <returns>Null when it is not there any more, or is somebody else's.</returns>
    public CheckProposal? Find(string? id, PersonKey person)
    {
        lock (gate) return kept.FirstOrDefault(one => one.Id == id && one.Person == person);
    }

    private void Forget(string id)
    {
        if (kept.FirstOrDefault(one => one.Id == id) is { } before) kept.Remove(before);
    }
}
