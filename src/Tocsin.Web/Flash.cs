using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Tocsin.Web;

public enum NoticeKind { Done = 0, Hint = 1, Warning = 2, Problem = 3 }

/// <summary>One sentence that a form leaves for the page that follows it.</summary>
/// <remarks>Travels in a sealed cookie, so that nobody else can put words there.</remarks>
public sealed class Flash(IDataProtectionProvider protection, IHttpContextAccessor accessor)
{
    private const string CookieName = "tocsin_flash";
    private const int TextMax = 500;

    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("Tocsin.Web.Flash").ToTimeLimitedDataProtector();

    /// <param name="text">A sentence, at most 500 characters; never a secret.</param>
    public void Set(string text, NoticeKind kind = NoticeKind.Done)
    {
        var kept = text.Length <= TextMax ? text : text[..TextMax];
        if (accessor.HttpContext is not { } http) return;
        http.Response.Cookies.Append(CookieName, protector.Protect($"{(int)kind} {kept}", TimeSpan.FromMinutes(1)), Options(http));
    }

    /// <returns>The sentence, once; null when there is none.</returns>
    internal (NoticeKind Kind, string Text)? Take()
    {
        if (accessor.HttpContext is not { } http || http.Request.Cookies[CookieName] is not { Length: > 0 } cookie) return null;
        http.Response.Cookies.Delete(CookieName, Options(http));
        try
        {
            var parts = protector.Unprotect(cookie).Split(' ', 2);
            return ((NoticeKind)int.Parse(parts[0], null), parts[1]);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            // Too old, or not ours.
            return null;
        }
    }

    private static CookieOptions Options(HttpContext http) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
        IsEssential = true,
        Path = "/",
    };
}
