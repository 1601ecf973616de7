using Tocsin.Kernel;

namespace Tocsin.Paging.Delivery;

/// <summary>What the ledger keeps of a page: everything else is read when it is sent, so that it says what is true then.</summary>
internal sealed record PagePayload(PageId Page);

internal enum TellWhat { AllClear, Taken }

/// <summary>What the ledger keeps of a word to somebody who was paged.</summary>
/// <param name="EntrySeq">The entry that is told.</param>
internal sealed record TellPayload(IncidentId Incident, PersonKey Person, string Method, TellWhat What, long EntrySeq);

/// <summary>What the ledger keeps of a self-test page.</summary>
internal sealed record TestPayload(long Test);
