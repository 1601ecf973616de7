using System.Text.Json;
using Tocsin.Demo.Roles;
using Tocsin.Demo.Web;

namespace Tocsin.Demo.Mail;

/// <summary>Everybody's mailbox: takes mail by SMTP, shows it at <c>GET /mailbox</c>, empties at <c>DELETE /mailbox</c>.</summary>
internal static class MailboxRole
{
    public static Role Create(RoleOptions options, TimeProvider clock)
    {
        var mailbox = new Mailbox();
        var metrics = new RequestMetrics("mailbox", clock);
        var smtp = new SmtpServer(options.Port, mailbox, metrics, clock);
        var http = RoleHost.Create(options.AdminPort, metrics, _ => Task.FromResult<string?>(null));
        http.MapGet("/mailbox", context => RoleHost.TextAsync(context, "application/json; charset=utf-8",
            JsonSerializer.Serialize(mailbox.All(), DemoJson.Default.ReceivedMailArray)));
        http.MapDelete("/mailbox", context =>
        {
            mailbox.Clear();
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        return new Role(http, smtp.Start, smtp);
    }
}
