using Microsoft.AspNetCore.Http;

namespace Tocsin.Pages;

/// <summary>What the form of a new check brings. Untrusted; nothing typed is lost on the way.</summary>
/// <param name="Service">Key of a service that is there; empty for a new one.</param>
/// <param name="Who">Empty for the usual way, <c>policy/KEY</c> or <c>person/KEY</c>; of a new service only.</param>
internal sealed record CheckForm(string Url, string Key, string Service, string Who)
{
    private const int LengthMax = 2_100;

    public static CheckForm Empty { get; } = new("", "", "", "");

    public static CheckForm Read(IFormCollection form) => new(Of(form, "url"), Of(form, "key"), Of(form, "service"), Of(form, "who"));

    private static string Of(IFormCollection form, string name) => form[name].ToString().Trim() is { Length: <= LengthMax } text ? text : "";
}

/// <summary>One thing to be put right.</summary>
/// <param name="Field">Name of the field; empty when it concerns none.</param>
internal sealed record FormError(string Field, string Text);
