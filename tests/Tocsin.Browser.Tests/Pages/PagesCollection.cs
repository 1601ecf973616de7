namespace Tocsin.Browser.Tests.Pages;

/// <summary>Tests that look at pages share one demo and take turns.</summary>
[CollectionDefinition(Name)]
public sealed class PagesCollection : ICollectionFixture<PagesDemo>
{
    public const string Name = "pages";
}
