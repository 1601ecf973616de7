using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Kernel.Ports;

namespace Tocsin.Web.Accounts;

/// <summary>Sign-in by password and cookie for people, by token for programs.</summary>
internal static class AccountServices
{
    private const string Either = "tocsin";

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<OneTimeLinks>().AddSingleton<ApiTokens>().AddScoped<Accounts>();
        services.AddSingleton(provider => new FirstAdmin(
            provider.GetRequiredService<IStore>(), provider.GetRequiredService<OneTimeLinks>(), provider.GetRequiredService<TimeProvider>()));
        AddIdentity(services);
        services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, scheme => scheme.ForwardDefaultSelector = http =>
                Problems.IsForPrograms(http) ? BearerHandler.SchemeName : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.SchemeName, null)
            .AddCookie(IdentityConstants.ApplicationScheme, ConfigureCookie);
        services.AddAuthorization(Permissions.Register);
        // How long a revoked session may still act.
        services.Configure<SecurityStampValidatorOptions>(stamps => stamps.ValidationInterval = TimeSpan.FromMinutes(1));
    }

    private static void AddIdentity(IServiceCollection services)
    {
        services.AddSingleton<ILookupNormalizer, KeyNormalizer>();
        services.AddScoped<IUserClaimsPrincipalFactory<Account>, AccountPrincipal>();
        services.AddScoped<IUserConfirmation<Account>, KnownPeopleOnly>();
        services.AddScoped<IPasswordValidator<Account>, PasswordRules>();
        // OWASP Password Storage Cheat Sheet, 2023: 210,000 rounds of PBKDF2 with HMAC-SHA-512.
        services.Configure<PasswordHasherOptions>(hashing => hashing.IterationCount = 210_000);
        services.AddIdentityCore<Account>(identity =>
        {
            identity.SignIn.RequireConfirmedAccount = true;
            identity.Lockout.MaxFailedAccessAttempts = 10;
            identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
            // Length is judged by our own rules.
            identity.Password.RequiredLength = 1;
            identity.Password.RequireDigit = identity.Password.RequireLowercase =
                identity.Password.RequireUppercase = identity.Password.RequireNonAlphanumeric = false;
        }).AddUserStore<AccountStore>().AddSignInManager();
    }

    private static void ConfigureCookie(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = "tocsin_session";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = TimeSpan.FromDays(14);
        cookie.SlidingExpiration = true;
        cookie.LoginPath = "/sign-in";
        cookie.ReturnUrlParameter = "return";
        cookie.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
        cookie.Events.OnRedirectToLogin = context =>
        {
            // The stream of an open page is no place to sign in.
            if (context.Request.Path.StartsWithSegments("/live")) context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            else context.Response.Redirect(context.RedirectUri);
            return Task.CompletedTask;
        };
        cookie.Events.OnValidatePrincipal = ValidateAsync;
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var people = context.HttpContext.RequestServices.GetRequiredService<IPeopleDirectory>();
        if (context.Principal?.PersonKey is { } person && people.Find(person) is not null)
        {
            await SecurityStampValidator.ValidatePrincipalAsync(context);
        }
        else
        {
            context.RejectPrincipal();
        }
    }
}
