namespace Tocsin.Paging.Messages;

/// <summary>The state that a message reports; shown as colour, shape and word.</summary>
internal enum MessageTone { Down, Up, Neutral }

/// <param name="Hint">What a tap does; one short sentence.</param>
internal sealed record MessageButton(string Label, Uri Url, string Hint);

/// <param name="Lines">One or more; more than one are shown as a list.</param>
internal sealed record MessageSection(string Heading, IReadOnlyList<string> Lines);

internal sealed record MessageLink(string Label, Uri Url);

/// <summary>What a message says, before it becomes text, brief or HTML. Every string is one clean line.</summary>
/// <param name="Badge">State and its length, such as "SEV2 · for 4 min".</param>
/// <param name="Lead">The first sentence.</param>
internal sealed record MessageLayout(
    MessageTone Tone, string Badge, string Title, string Lead, MessageButton? Button,
    IReadOnlyList<MessageSection> Sections, MessageLink? Link)
{
    public string Shape => Tone switch
    {
        MessageTone.Down => "■",
        MessageTone.Up => "●",
        MessageTone.Neutral => "◆",
    };
}
