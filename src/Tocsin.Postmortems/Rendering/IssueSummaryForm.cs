using System.Text;
using Tocsin.Incidents;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;
using Tocsin.Web;

namespace Tocsin.Postmortems;

/// <summary>Writes a postmortem as Markdown in the form of an issue summary. Pure.</summary>
/// <remarks>Sections: issue summary, timeline, root cause and resolution, misleading paths, corrective and preventative measures,
/// lessons learned. The zone is told once, in the head of the timeline; the date stands in the first row and again after midnight.</remarks>
internal static class IssueSummaryForm
{
    public static string Write(PostmortemDraft draft, IReadOnlyDictionary<string, string> answers)
    {
        var text = new StringBuilder();
        text.Append("# ").AppendLine(Escape(draft.Title)).AppendLine();
        Summary(text, draft);
        Timeline(text, draft);
        CauseAndResolution(text, draft, answers);
        MisleadingPaths(text, draft);
        text.AppendLine("## Corrective and preventative measures").AppendLine();
        Answer(text, draft, answers, PostmortemQuestions.ChangeKey);
        text.AppendLine("## Lessons learned").AppendLine();
        text.AppendLine("### What went well").AppendLine();
        Answer(text, draft, answers, PostmortemQuestions.WellKey);
        text.AppendLine("### What was hard, and where we were lucky").AppendLine();
        Answer(text, draft, answers, PostmortemQuestions.HardKey);
        return text.ToString().TrimEnd() + "\n";
    }

    private static void Summary(StringBuilder text, PostmortemDraft draft)
    {
        text.AppendLine("## Issue summary").AppendLine();
        Item("Duration", DraftWords.Window(draft));
        Item("Impact", DraftWords.Impact(draft.Impact));
        if (draft.Impact.Told?.Symptoms is { } symptoms) Item("Symptoms", Escape(symptoms));
        if (draft.Impact.Told?.Business is { } business) Item("Business", Escape(business));
        if (draft.Impact.Told?.Reputation is { } reputation) Item("Reputation", Escape(reputation));
        Item("Services", draft.Services.Count == 0 ? "not recorded" : Escape(string.Join(", ", draft.Services.Select(service => service.Name))));
        Item("Severity", draft.Severity.ToString().ToUpperInvariant());
        Item("Root cause", draft.Cause is { } cause ? Escape(cause.Text) : "not recorded yet");
        text.AppendLine();
        text.AppendLine("| Moment | When | How it is known | Time taken |").AppendLine("| --- | --- | --- | --- |");
        foreach (var (word, moment, taken) in DraftWords.Moments(draft))
        {
            text.Append("| ").Append(word).Append(" | ").Append(DraftWords.At(moment?.When, draft.Zone)).Append(" | ")
                .Append(Escape(moment?.Source ?? "not recorded")).Append(" | ").Append(taken).AppendLine(" |");
        }
        text.AppendLine();

        void Item(string word, string value) => text.Append("- **").Append(word).Append(":** ").AppendLine(value);
    }

    private static void Timeline(StringBuilder text, PostmortemDraft draft)
    {
        text.AppendLine("## Timeline").AppendLine();
        if (draft.Timeline.Count == 0)
        {
            text.AppendLine("Nothing is recorded.").AppendLine();
            return;
        }
        text.Append("| Time (").Append(Escape(draft.Zone)).AppendLine(") | What |").AppendLine("| --- | --- |");
        foreach (var (time, row) in DraftWords.Timed(draft)) text.Append("| ").Append(time).Append(" | ").Append(Escape(row.Text)).AppendLine(" |");
        text.AppendLine();
    }

    private static void CauseAndResolution(StringBuilder text, PostmortemDraft draft, IReadOnlyDictionary<string, string> answers)
    {
        text.AppendLine("## Root cause and resolution").AppendLine();
        if (draft.Cause is { } cause)
        {
            text.Append("**Root cause:** ").Append(Escape(cause.Text)).AppendLine(cause.By is null ? "" : $" (found by {Escape(cause.By)})").AppendLine();
        }
        Answer(text, draft, answers, PostmortemQuestions.WhyKey);
        text.Append("**Resolution:** ").AppendLine(DraftWords.Resolution(draft)).AppendLine();
    }

    private static void MisleadingPaths(StringBuilder text, PostmortemDraft draft)
    {
        text.AppendLine("## Misleading paths").AppendLine();
        if (draft.MisleadingPaths.Count == 0) text.AppendLine("None is recorded.");
        foreach (var turn in draft.MisleadingPaths) text.Append("- ").AppendLine(Escape(DraftWords.Turn(turn, draft.Zone)));
        text.AppendLine();
    }

    private static void Answer(StringBuilder text, PostmortemDraft draft, IReadOnlyDictionary<string, string> answers, string key)
    {
        // An answer is a person's own Markdown and stays as written.
        if (answers.TryGetValue(key, out var answer) && answer.Length > 0) text.AppendLine(answer.Trim());
        else text.Append("> *To be answered:* ").AppendLine(draft.Questions.First(question => question.Key == key).Text);
        text.AppendLine();
    }

    private static string Escape(string text) => MarkdownText.Escape(text);
}
