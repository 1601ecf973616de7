using Tocsin.Server;

namespace Tocsin.Init;

/// <summary>What stood on the command line; null is not said, and asked.</summary>
internal sealed record InitOptions(string? Url, string? Person, InitChannel? Channel, string PublicUrl);

/// <summary>Asks a person for what the command line did not say, one line each, and judges every answer at once.</summary>
internal sealed class InitQuestions(TextReader input, TextWriter output)
{
    /// <returns>Null when the input ended before everything was answered.</returns>
    /// <exception cref="OperationCanceledException">The person gave up.</exception>
    public async Task<InitAnswers?> AskAsync(InitOptions said, CancellationToken cancellation)
    {
        var answers = Defaults(said);
        if (said.Url is null)
        {
            if (await AskAsync("What is watched? An address", answers.Url, text => answers with { Url = Typed.Address(text) }, cancellation) is not { } watched) return null;
            answers = watched;
        }
        if (said.Person is null)
        {
            if (await AskAsync("Who is woken? A name", answers.Name, text => answers with { Name = text }, cancellation) is not { } named) return null;
            answers = named;
        }
        return said.Channel is not null ? answers : await AskForChannelAsync(answers, cancellation);
    }

    /// <summary>What holds when nobody is asked.</summary>
    public static InitAnswers Defaults(InitOptions said) =>
        new(Typed.Address(said.Url ?? InitAnswers.DefaultUrl), said.Person ?? InitAnswers.DefaultName, said.Channel ?? InitChannel.NewTopic(), said.PublicUrl);

    private async Task<InitAnswers?> AskForChannelAsync(InitAnswers answers, CancellationToken cancellation)
    {
        if (await AskAsync($"By what is {answers.Name} woken? ntfy, mail or webhook", InitChannel.Ntfy, WordFault, cancellation) is not { } word) return null;
        InitAnswers To(string address, string? smtp = null) => answers with { Channel = new InitChannel(word, address, smtp) };
        switch (word)
        {
            case InitChannel.Mail:
                if (await AskAsync("  Mail address", null, text => To(text, InitChannel.DefaultSmtp), cancellation) is not { } mail) return null;
                return await AskAsync("  Server that takes our mail, host:port", InitChannel.DefaultSmtp, text => To(mail.Channel.Address, text), cancellation);
            case InitChannel.Webhook:
                return await AskAsync("  Address that takes a POST", null, text => To(text), cancellation);
            default:
                return await AskAsync("  Topic, to which the ntfy app subscribes; whoever knows it reads along", answers.Channel.Address, text => To(text), cancellation);
        }
    }

    private static string? WordFault(string text) => InitChannel.Words.Contains(text) ? null : $"'{text}' is none of them, expected ntfy, mail or webhook";

    private async Task<InitAnswers?> AskAsync(string question, string? byDefault, Func<string, InitAnswers> with, CancellationToken cancellation) =>
        await AskAsync(question, byDefault, text => InitConfiguration.FaultsOf(with(text)) is [var fault, ..] ? fault : null, cancellation) is { } text ? with(text) : null;

    /// <summary>Until the answer is right.</summary>
    private async Task<string?> AskAsync(string question, string? byDefault, Func<string, string?> faultOf, CancellationToken cancellation)
    {
        while (true)
        {
            await output.WriteAsync(byDefault is null ? $"{question}: " : $"{question} [{byDefault}]: ");
            await output.FlushAsync(cancellation);
            if (await ReadLineAsync(cancellation) is not { } line) return null;
            var text = line.Trim() is { Length: > 0 } written ? written : byDefault ?? "";
            if (faultOf(text) is not { } fault) return text;
            await output.WriteLineAsync($"  {fault}");
        }
    }

    // The console blocks its reader whatever it is asked for; whoever gives up must not wait for a line.
    private Task<string?> ReadLineAsync(CancellationToken cancellation) =>
        Task.Run(input.ReadLine, CancellationToken.None).WaitAsync(cancellation);
}
