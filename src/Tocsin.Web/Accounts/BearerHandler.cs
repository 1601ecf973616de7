using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tocsin.Web.Accounts;

/// <summary>Recognises <c>Authorization: Bearer tocsin_…</c>.</summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiTokens tokens, IPeopleDirectory people)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";
    private const string Prefix = "Bearer ";

    public static bool IsPresent(HttpContext http) =>
        http.Request.Headers.Authorization.ToString().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsPresent(Context)) return AuthenticateResult.NoResult();
        var text = Request.Headers.Authorization.ToString()[Prefix.Length..].Trim();
        return await tokens.RecogniseAsync(text, Context.RequestAborted) is { } known
            ? AuthenticateResult.Success(new AuthenticationTicket(PrincipalOf(known.Token, known.Role), SchemeName))
            : AuthenticateResult.Fail("The token is not known or has been revoked.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.WriteAsync(Context, StatusCodes.Status401Unauthorized, IsPresent(Context)
            ? "The token is not known or has been revoked. Make a new one under Settings, API tokens."
            : "Send 'Authorization: Bearer tocsin_…'. Tokens are made under Settings, API tokens.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Problems.WriteAsync(
        Context, StatusCodes.Status403Forbidden, $"The role of this token is '{RoleText.Of(Context.User.Role ?? Role.Viewer)}', which may not do this.");

    private ClaimsPrincipal PrincipalOf(ApiToken token, Role role)
    {
        var identity = new ClaimsIdentity(SchemeName, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.Role, RoleText.Of(role)));
        identity.AddClaim(new Claim(UserClaims.TokenName, token.Name));
        identity.AddClaim(new Claim(ClaimTypes.Name, token.Person is { } owner ? people.NameOf(owner) : token.Name));
        if (token.Person is { } person) identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, person.Value));
        return new ClaimsPrincipal(identity);
    }
}
