using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Tocsin.Kernel.Ports;

namespace Tocsin.Paging.Channels.Mail;

/// <summary>One mail handed to one server (RFC 5321). For one use.</summary>
/// <remarks>Each phase returns null to go on or the outcome that ends the conversation.</remarks>
internal sealed class SmtpConversation(SmtpServer server, SmtpLimits limits, TimeProvider clock) : IDisposable
{
    private readonly CancellationTokenSource whole = new(limits.Whole, clock);
    private SmtpConnection? connection;
    private SmtpOffer offer = SmtpOffer.Nothing;
    private SmtpReply? reply;
    private bool isBroken;

    /// <returns>Delivered with the server's receipt, refused by a 5yz or for our own reasons, or to be retried.</returns>
    public async Task<DeliveryOutcome> SendAsync(MailEnvelope mail, CancellationToken stopping)
    {
        var outcome = await ConnectAsync(stopping)
            ?? await SecureFromTheStartAsync(stopping)
            ?? await PhaseAsync("the greeting", _ => Task.CompletedTask, 2, stopping)
            ?? await GreetAsync(stopping)
            ?? await SecureByCommandAsync(stopping)
            ?? await LogInAsync(stopping)
            ?? await EnvelopeAsync(mail, stopping)
            ?? await CommandAsync("DATA", "DATA", 3, stopping)
            ?? await PhaseAsync("the mail", token => connection!.WriteAsync(DotStuffing.Apply(mail.Content), token), 2, stopping)
            ?? DeliveryOutcome.Delivered(reply!.Words);
        await QuitAsync(stopping);
        return outcome;
    }

    private Task<DeliveryOutcome?> ConnectAsync(CancellationToken stopping) =>
        GuardAsync("the connection attempt", async token =>
        {
            var socket = await new Dialer(clock).DialAsync(server.Host, server.Port, static _ => true, token);
            connection = new SmtpConnection(socket);
            return null;
        }, stopping);

    private async Task<DeliveryOutcome?> SecureFromTheStartAsync(CancellationToken stopping) =>
        server.Security == SmtpSecurity.Tls ? await SecureAsync(stopping) : null;

    private async Task<DeliveryOutcome?> GreetAsync(CancellationToken stopping)
    {
        if (await CommandAsync("EHLO", $"EHLO {connection!.LocalLiteral}", 2, stopping) is { } failed) return failed;
        offer = new SmtpOffer(reply!.Lines);
        return null;
    }

    private async Task<DeliveryOutcome?> SecureByCommandAsync(CancellationToken stopping)
    {
        if (server.Security != SmtpSecurity.StartTls) return null;
        // Never on in plain text: whoever removes the offer on the way would read the password and the links.
        if (!offer.StartTls)
            return DeliveryOutcome.Refused($"{server.Name} does not offer STARTTLS; set security to tls or none");
        if (await CommandAsync("STARTTLS", "STARTTLS", 2, stopping) is { } failed) return failed;
        // Words sent before TLS must not be taken for words said within it.
        if (connection!.HasUnread) return Broken($"{server.Name} spoke between STARTTLS and TLS");
        return await SecureAsync(stopping) ?? await GreetAsync(stopping);
    }

    private Task<DeliveryOutcome?> SecureAsync(CancellationToken stopping) => GuardAsync("TLS", async token =>
    {
        await connection!.SecureAsync(server.Host, server.Authorities, token);
        return null;
    }, stopping);

    private async Task<DeliveryOutcome?> LogInAsync(CancellationToken stopping)
    {
        if (server.Login is not { } login) return null;
        if (!connection!.MayCarryPassword)
            return DeliveryOutcome.Refused("the password is not sent without TLS; set security to starttls or tls");
        if (offer.Logins.Contains("PLAIN"))
        {
            var both = Base64($"\0{login.Username}\0{login.Password.Reveal()}");
            return await CommandAsync("AUTH", $"AUTH PLAIN {both}", 2, stopping);
        }
        if (offer.Logins.Contains("LOGIN"))
        {
            return await CommandAsync("AUTH", "AUTH LOGIN", 3, stopping)
                ?? await CommandAsync("AUTH", Base64(login.Username), 3, stopping)
                ?? await CommandAsync("AUTH", Base64(login.Password.Reveal()), 2, stopping);
        }
        return DeliveryOutcome.Refused(offer.Logins.Count == 0
            ? $"{server.Name} offers no AUTH, but a user name is configured"
            : $"{server.Name} offers AUTH {string.Join(' ', offer.Logins)}; PLAIN or LOGIN is needed");
    }

    private async Task<DeliveryOutcome?> EnvelopeAsync(MailEnvelope mail, CancellationToken stopping)
    {
        var needsUtf8 = mail.From.NeedsUtf8 || mail.To.NeedsUtf8;
        if (needsUtf8 && !offer.SmtpUtf8)
            return DeliveryOutcome.Refused($"the address is not ASCII and {server.Name} does not offer SMTPUTF8");
        // RFC 6531 section 3.4: headers beyond ASCII need both words. Without them the mail is 7-bit throughout.
        var parameters = needsUtf8 ? " BODY=8BITMIME SMTPUTF8" : "";
        return await CommandAsync("MAIL", $"MAIL FROM:<{mail.From.Text}>{parameters}", 2, stopping)
            ?? await CommandAsync("RCPT", $"RCPT TO:<{mail.To.Text}>", 2, stopping);
    }

    private Task<DeliveryOutcome?> CommandAsync(string verb, string line, int expected, CancellationToken stopping) =>
        PhaseAsync(verb, token => connection!.WriteLineAsync(line, token), expected, stopping);

    /// <summary>Says something and judges the reply, kept in <see cref="reply"/>.</summary>
    /// <param name="expected">The class of reply with which the conversation goes on.</param>
    private Task<DeliveryOutcome?> PhaseAsync(
        string phase, Func<CancellationToken, Task> say, int expected, CancellationToken stopping) =>
        GuardAsync(phase, async token =>
        {
            await say(token);
            if (!(await connection!.ReadReplyAsync(token)).TryGet(out reply, out var error)) return Broken(error);
            if (reply.Class == expected) return null;
            return reply.Class switch
            {
                4 => DeliveryOutcome.Retry(reply.Words),
                5 => DeliveryOutcome.Refused(reply.Words),
                _ => Broken($"unexpected answer to {phase}: {reply.Words}"),
            };
        }, stopping);

    /// <summary>Limits a phase and makes a value of every way in which a connection fails.</summary>
    private async Task<DeliveryOutcome?> GuardAsync(
        string phase, Func<CancellationToken, Task<DeliveryOutcome?>> act, CancellationToken stopping)
    {
        using var timer = new CancellationTokenSource(limits.Phase, clock);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, whole.Token, stopping);
        try
        {
            return await act(any.Token);
        }
        catch (Exception error) when (any.IsCancellationRequested && !stopping.IsCancellationRequested
            && error is OperationCanceledException or IOException or SocketException)
        {
            return Broken(timer.IsCancellationRequested
                ? $"no answer to {phase} within {limits.Phase.TotalSeconds:0.#} s"
                : $"{server.Name} had come only as far as {phase} after {limits.Whole.TotalSeconds:0.#} s");
        }
        catch (CertificateRefusedException error)
        {
            isBroken = true;
            return DeliveryOutcome.Refused($"the certificate of {server.Name} is not acceptable: {error.Message}");
        }
        catch (AuthenticationException error)
        {
            return Broken($"TLS could not be agreed with {server.Name}: {error.Message}");
        }
        catch (SocketException error)
        {
            return Broken($"no connection to {server.Name}: {NetworkWords.Of(error.SocketErrorCode)}");
        }
        catch (IOException error)
        {
            return Broken($"the connection to {server.Name} ended at {phase}: {error.Message}");
        }
    }

    private DeliveryOutcome Broken(string why)
    {
        isBroken = true;
        return DeliveryOutcome.Retry(why);
    }

    private async Task QuitAsync(CancellationToken stopping)
    {
        if (isBroken || connection is null) return;
        using var timer = new CancellationTokenSource(limits.Quit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stopping);
        try
        {
            await connection.WriteLineAsync("QUIT", either.Token);
            await connection.ReadReplyAsync(either.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or SocketException)
        {
            // The mail is taken or refused already; a rude farewell changes neither.
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public void Dispose()
    {
        connection?.Dispose();
        whole.Dispose();
    }
}
