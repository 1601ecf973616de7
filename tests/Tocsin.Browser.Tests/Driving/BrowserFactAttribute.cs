namespace Tocsin.Browser.Tests.Driving;

/// <summary>A test that drives a browser; skipped, saying why, on a machine without one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Places.WhyNoBrowser;
}

/// <summary>The same for every row of a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Places.WhyNoBrowser;
}

/// <summary>A fact that also needs axe-core.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AxeFactAttribute : FactAttribute
{
    public AxeFactAttribute() => Skip = Places.WhyNoBrowser ?? Axe.WhyMissing;
}

/// <summary>A theory that also needs axe-core, which is fetched from npm once.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AxeTheoryAttribute : TheoryAttribute
{
    public AxeTheoryAttribute() => Skip = Places.WhyNoBrowser ?? Axe.WhyMissing;
}
