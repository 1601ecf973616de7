using Tocsin.Kernel;

namespace Tocsin.StatusPages;

/// <summary>How far the work on an incident is, as the public is told. In the usual order.</summary>
public enum UpdateStatus { Investigating, Identified, Monitoring, Resolved }

/// <summary>One thing that the public was told about an incident. Immutable.</summary>
/// <param name="Text">Plain text, 1 to 2,000 characters.</param>
/// <param name="IsAutomatic">Written by Tocsin; false when a person wrote it.</param>
public sealed record StatusUpdate(long Id, IncidentId Incident, DateTimeOffset At, UpdateStatus Status, string Text, bool IsAutomatic);

internal static class UpdateStatuses
{
    extension(UpdateStatus status)
    {
        /// <summary>The word in facts, rows and JSON.</summary>
        public string Word => status switch
        {
            UpdateStatus.Investigating => "investigating",
            UpdateStatus.Identified => "identified",
            UpdateStatus.Monitoring => "monitoring",
            UpdateStatus.Resolved => "resolved",
        };

        /// <summary>The word at the head of an update.</summary>
        public string Heading => char.ToUpperInvariant(status.Word[0]) + status.Word[1..];
    }

    public static bool TryRead(string? word, out UpdateStatus status)
    {
        foreach (var candidate in Enum.GetValues<UpdateStatus>())
        {
            status = candidate;
            if (string.Equals(candidate.Word, word?.Trim(), StringComparison.OrdinalIgnoreCase)) return true;
        }
        status = default;
        return false;
    }
}
