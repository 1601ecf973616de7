namespace Tocsin.OnCall.Pages;

/// <summary>What the form of an override brings. Untrusted.</summary>
public sealed class OverrideForm
{
    public string? Schedule { get; set; }
    public string? Person { get; set; }
    public string? From { get; set; }
    public string? Until { get; set; }
    public string? Zone { get; set; }
}
