using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Tocsin.Web;

/// <summary>How much a request may bring.</summary>
internal static class WebLimits
{
    public static void Add(IServiceCollection services, WebOptions options)
    {
        services.AddRateLimiter(RateLimits.Configure);
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.BodyBytesMax;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        services.Configure<FormOptions>(form =>
        {
            form.ValueCountLimit = 500;
            form.KeyLengthLimit = 200;
            form.ValueLengthLimit = (int)options.BodyBytesMax;
            form.MultipartBodyLengthLimit = options.BodyBytesMax;
        });
        services.AddAntiforgery(forms =>
        {
            forms.Cookie.Name = "tocsin_form";
            forms.Cookie.HttpOnly = true;
            forms.Cookie.SameSite = SameSiteMode.Lax;
            forms.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // The security headers say it, with the value that fits the demo page.
            forms.SuppressXFrameOptionsHeader = true;
        });
    }
}

/// <summary>Keys that seal cookies and forms.</summary>
internal static class WebKeys
{
    public static void Add(IServiceCollection services, string dataDirectory)
    {
        var keys = new DirectoryInfo(Path.Combine(dataDirectory, "keys"));
        const UnixFileMode mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(keys.FullName, mine);
        // Made by somebody else it may be wider.
        File.SetUnixFileMode(keys.FullName, mine);
        services.AddDataProtection().SetApplicationName("Tocsin").PersistKeysToFileSystem(keys);
    }
}
