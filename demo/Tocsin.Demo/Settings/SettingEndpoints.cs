using System.Globalization;
using Tocsin.Demo.Web;

namespace Tocsin.Demo.Settings;

/// <summary>What a role tells of its setting: <c>GET /applied</c>, and <c>POST /reload</c>, which answers the same or 422 with the reason.</summary>
internal static class SettingEndpoints
{
    /// <param name="number">Name and value of what the setting says.</param>
    public static void MapSetting<T>(this WebApplication http, SettingFile<T> file, Func<T, (string Name, int? Value)> number) where T : class
    {
        http.MapGet("/applied", context => TellAsync(context, file.Applied, number));
        http.MapPost("/reload", context =>
        {
            if (RoleHost.RefusesBrowser(context)) return Task.CompletedTask;
            if (file.Reload() is not { } problem) return TellAsync(context, file.Applied, number);
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return RoleHost.TextAsync(context, "text/plain; charset=utf-8", $"{problem}; what was applied before stays\n");
        });
    }

    private static Task TellAsync<T>(HttpContext context, Applied<T> applied, Func<T, (string Name, int? Value)> number) where T : class
    {
        var (name, value) = number(applied.Value);
        var text = value?.ToString(CultureInfo.InvariantCulture) ?? "null";
        return RoleHost.TextAsync(context, "application/json; charset=utf-8", $$"""{"sha256": "{{applied.Sha256}}", "{{name}}": {{text}}}""" + "\n");
    }
}
