namespace Tocsin.Paging.Pages;

/// <summary>What the form of a contact method brings. Untrusted.</summary>
internal sealed class ContactForm
{
    public string? Method { get; set; }
    public string? Address { get; set; }
}
