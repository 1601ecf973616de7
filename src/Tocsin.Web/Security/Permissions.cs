using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Tocsin.Kernel;

namespace Tocsin.Web;

/// <summary>What somebody may do; each role includes those before it.</summary>
public enum Role { Viewer = 0, Responder = 1, Admin = 2 }

/// <summary>Names of the authorization policies.</summary>
public static class Permissions
{
    /// <summary>See everything that is not a secret. Also what every unmarked endpoint asks for.</summary>
    public const string Read = "read";
    /// <summary>Change what an outage needs: incidents, silences, overrides, changes, status text.</summary>
    public const string Respond = "respond";
    /// <summary>Change who may do what.</summary>
    public const string Administer = "administer";

    internal static void Register(AuthorizationOptions options)
    {
        options.AddPolicy(Read, policy => policy.RequireAssertion(context => context.User.Role >= Role.Viewer));
        options.AddPolicy(Respond, policy => policy.RequireAssertion(context => context.User.CanRespond));
        options.AddPolicy(Administer, policy => policy.RequireAssertion(context => context.User.CanAdminister));
        options.DefaultPolicy = options.GetPolicy(Read)!;
        options.FallbackPolicy = options.GetPolicy(Read)!;
    }
}

/// <summary>Who stands behind a request.</summary>
public static class UserClaims
{
    internal const string TokenName = "tocsin:token";

    extension(ClaimsPrincipal user)
    {
        /// <summary>The person who signed in, or whose token it is; null for nobody and for integrations.</summary>
        public PersonKey? PersonKey =>
            Keys.TryParse<PersonKey>(user.FindFirstValue(ClaimTypes.NameIdentifier), out var key) ? key : null;

        /// <summary>Null when nobody is signed in.</summary>
        public Role? Role => Enum.TryParse<Role>(user.FindFirstValue(ClaimTypes.Role), ignoreCase: true, out var role)
            && user.Identity is { IsAuthenticated: true } ? role : null;

        public bool CanRespond => user.Role >= Tocsin.Web.Role.Responder;
        public bool CanAdminister => user.Role >= Tocsin.Web.Role.Admin;

        /// <summary>Who the journal names: the person, the integration of the token, or Tocsin itself for nobody.</summary>
        public Actor Actor => user.PersonKey is { } person ? Kernel.Actor.User(person)
            : user.FindFirstValue(TokenName) is { } token ? Kernel.Actor.Integration(token)
            : Kernel.Actor.Tocsin;
    }
}
