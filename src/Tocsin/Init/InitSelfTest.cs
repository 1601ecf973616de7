using Tocsin.Kernel;
using Tocsin.Paging.Delivery;

namespace Tocsin.Init;

/// <summary>Sends a self-test page the way of every page, and waits until the person has acknowledged it.</summary>
internal sealed class InitSelfTest(SelfTests tests, InitAnswers answers, TimeProvider clock, TextWriter output)
{
    private static readonly TimeSpan ProviderMax = TimeSpan.FromSeconds(30), Look = TimeSpan.FromMilliseconds(300), TellEvery = TimeSpan.FromSeconds(15);

    /// <param name="patience">How long to wait for the person.</param>
    /// <returns>Whether it was acknowledged.</returns>
    public async Task<bool> RunAsync(TimeSpan patience, CancellationToken cancellation)
    {
        await output.WriteLineAsync($"Sending a self-test page to {answers.Name} by {answers.Channel.Word}");
        if (!(await tests.AskAsync(answers.Person, answers.Channel.Word, cancellation)).TryGet(out var id, out var error)) return await GiveUpAsync($"It was not sent: {error}.");
        var test = await tests.WaitAsync(id, ProviderMax, cancellation);
        if (test is not { EndedAt: not null }) return await GiveUpAsync($"The provider has not answered for {Durations.InWords(ProviderMax)}.");
        if (!test.IsSent) return await GiveUpAsync($"It was not delivered: {test.Answer}");
        await output.WriteLineAsync($"  taken by the provider: {test.Answer}");
        return await WaitAsync(id, patience, cancellation);
    }

    private async Task<bool> WaitAsync(long id, TimeSpan patience, CancellationToken cancellation)
    {
        await output.WriteLineAsync($"Waiting for the acknowledgement: open the message and tap Acknowledge (at most {Durations.InWords(patience)})");
        var started = clock.GetTimestamp();
        var told = TimeSpan.Zero;
        while (clock.GetElapsedTime(started) is var elapsed && elapsed < patience)
        {
            if (await tests.FindAsync(id, cancellation) is { AcknowledgedAt: not null })
            {
                await output.WriteLineAsync($"  acknowledged after {Durations.InWords(elapsed)}: {answers.Channel.Word} reaches {answers.Name}");
                return true;
            }
            if (elapsed - told >= TellEvery)
            {
                told = elapsed;
                await output.WriteLineAsync($"  {Durations.InWords(patience - elapsed)} left");
            }
            await Task.Delay(Look, clock, cancellation);
        }
        return await GiveUpAsync($"Nobody acknowledged within {Durations.InWords(patience)}.");
    }

    private async Task<bool> GiveUpAsync(string what)
    {
        await output.WriteLineAsync($"  {what}");
        foreach (var line in Advice()) await output.WriteLineAsync($"  - {line}");
        await output.WriteLineAsync("  The server runs all the same; send another from Settings, Contact methods.");
        return false;
    }

    private IEnumerable<string> Advice()
    {
        yield return answers.Channel.Word switch
        {
            InitChannel.Ntfy => "Is the app subscribed to exactly this topic, and may it notify? The topic stands in the file, under people.",
            InitChannel.Mail => "Does the mail server take our mail (section smtp), and did the mail land among the unwanted?",
            _ => "Does the receiver answer 2xx, and does it show ackUrl to somebody? It is a POST with JSON.",
        };
        if (new Uri(answers.PublicUrl).IsLoopback) yield return $"The link opens only on this machine, because public_url is {answers.PublicUrl}.";
    }
}
