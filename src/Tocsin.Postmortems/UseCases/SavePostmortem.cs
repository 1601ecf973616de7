using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Kernel.Ports;

namespace Tocsin.Postmortems;

/// <summary>What a person wants to save.</summary>
/// <param name="BaseVersion">The version that the person saw; 0 when nothing was saved.</param>
/// <param name="Answers">All answers; one that is missing or blank is unanswered again.</param>
/// <param name="Edited">The whole text; null follows the record.</param>
public sealed record PostmortemEdit(int BaseVersion, IReadOnlyDictionary<string, string> Answers, string? Edited);

/// <summary>What came of saving. Closed hierarchy.</summary>
public abstract record SaveOutcome
{
    private SaveOutcome() { }
    /// <summary>It is kept; also when it was so already.</summary>
    public sealed record Saved(Postmortem Postmortem) : SaveOutcome;
    /// <summary>Somebody else saved in between: nothing is written, and both texts are there to be brought together.</summary>
    public sealed record Conflict(Postmortem Current) : SaveOutcome;
    public sealed record Refused(IReadOnlyList<FieldError> Errors) : SaveOutcome;
    public sealed record UnknownIncident : SaveOutcome;
}

/// <summary>Keeps what people write, version after version.</summary>
public sealed class SavePostmortem(IStore store, PostmortemQueries queries, TimeProvider clock)
{
    public const int AnswerLengthMax = 10_000, TextLengthMax = 200_000;

    public async Task<SaveOutcome> RunAsync(IncidentId id, PostmortemEdit edit, Actor by, CancellationToken cancellation = default)
    {
        if (Check(edit) is { Count: > 0 } errors) return new SaveOutcome.Refused(errors);
        if (await queries.FindAsync(id, cancellation) is not { } view) return new SaveOutcome.UnknownIncident();
        var answers = edit.Answers.Where(answer => !string.IsNullOrWhiteSpace(answer.Value))
            .ToDictionary(answer => answer.Key, answer => answer.Value.ReplaceLineEndings("\n").Trim());
        var edited = string.IsNullOrWhiteSpace(edit.Edited) ? null : edit.Edited.ReplaceLineEndings("\n").Trim() + "\n";
        return await store.WriteAsync<SaveOutcome>(async tx =>
        {
            var latest = await PostmortemStore.LatestAsync(tx, id);
            if (IsSame(latest, answers, edited)) return new SaveOutcome.Saved(latest);
            if (latest.Version != edit.BaseVersion) return new SaveOutcome.Conflict(latest);
            var next = new Postmortem(id, latest.Version + 1, answers, edited, Postmortem.Draft, by, clock.GetUtcNow());
            await PostmortemStore.InsertAsync(tx, next);
            if (latest.Version == 0) tx.Append(new PostmortemDrafted(id, view.Draft.Timeline.Count, view.Draft.Questions.Count), next.SavedAt, by);
            tx.Append(new PostmortemSaved(id, next.Version), next.SavedAt, by);
            return new SaveOutcome.Saved(next);
        }, cancellation: cancellation);
    }

    private static List<FieldError> Check(PostmortemEdit edit)
    {
        var errors = new List<FieldError>();
        foreach (var (key, answer) in edit.Answers)
        {
            if (!PostmortemQuestions.IsKey(key)) errors.Add(new($"answers.{key}", $"'{key}' is not a question; the keys are why, well, hard and change"));
            else if (answer?.Length > AnswerLengthMax) errors.Add(new($"answers.{key}", $"the answer has {answer.Length} characters, at most {AnswerLengthMax} are kept"));
        }
        if (edit.Edited?.Length > TextLengthMax) errors.Add(new("text", $"the text has {edit.Edited.Length} characters, at most {TextLengthMax} are kept"));
        return errors;
    }

    private static bool IsSame(Postmortem latest, Dictionary<string, string> answers, string? edited) => latest.Version > 0 && latest.Edited == edited
        && latest.Answers.Count == answers.Count && latest.Answers.All(answer => answers.GetValueOrDefault(answer.Key) == answer.Value);
}
