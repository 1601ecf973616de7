using Microsoft.Playwright;
using Tocsin.Browser.Tests.Driving;

namespace Tocsin.Browser.Tests.Pages;

/// <summary>Every main page through axe, on a phone and on a desk, light and dark; the screenshots stay to be looked at.</summary>
[Collection(PagesCollection.Name)]
public sealed class AccessibilityTests(PagesDemo demo)
{
    /// <summary>Name of the page, and its address with what has to be put in.</summary>
    public static TheoryData<string, string> Pages { get; } = new()
    {
        { "overview", "/" }, { "incidents", "/incidents" }, { "incident", "/incidents/{open}" }, { "declare", "/incidents/declare" },
        { "past", "/incidents/past" }, { "services", "/services" }, { "service", "/services/api" }, { "check", "/checks/store-health" },
        { "changes", "/changes" }, { "postmortems", "/postmortems" }, { "postmortem", "/postmortems/{past}" },
        { "print", "/postmortems/{past}/print" }, { "past-incident", "/incidents/{past}" }, { "on-call", "/on-call" },
        { "settings", "/settings" }, { "configuration", "/settings/configuration" }, { "add-check", "/settings/add-check" }, { "contacts", "/settings/contacts" },
        { "deliveries", "/settings/deliveries" }, { "silences", "/settings/silences" }, { "people", "/settings/people" }, { "tokens", "/settings/tokens" }, { "account", "/account" }, { "not-found", "/nowhere" },
        { "status", "/status" }, { "demo", "/demo" }, { "acknowledge", "{ack}" },
    };

    /// <summary>What is pressed has 44 px; links within a sentence are as high as its lines (WCAG 2.2, 2.5.8).</summary>
    private const string TooSmall = """
        () => [...document.querySelectorAll('button, .button, input:not([type=hidden]), select, textarea, summary, nav a, .links a, p > a')]
            .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.closest('.unseen, .skip') && !one.matches('.unseen, .skip'))
            .filter(one => one.parentElement.localName !== 'p' || one.matches('.button') || one.parentElement.matches('.alone') || one.parentElement.textContent.trim() === one.textContent.trim())
            .map(one => [one, (one.matches('[type=checkbox], [type=radio]') ? one.closest('label') : one).getBoundingClientRect()])
            .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
            .map(([one, box]) => `${Math.round(box.width)} x ${Math.round(box.height)} ${one.outerHTML.slice(0, 160)}`)
        """;

    [AxeTheory]
    [MemberData(nameof(Pages))]
    public async Task Page_PhoneAndDeskLightAndDark_HasNoViolation(string name, string address)
    {
        await using var profile = await demo.ProfileAsync();
        await profile.AddInitScriptAsync(scriptPath: Axe.ScriptPath);
        await LookAsync(profile, name, await demo.FillInAsync(address));
    }

    [AxeTheory]
    [InlineData("sign-in", "/sign-in")]
    public async Task PageOfAStranger_PhoneAndDeskLightAndDark_HasNoViolation(string name, string address)
    {
        await using var profile = await demo.ProfileAsync(isSignedIn: false);
        await profile.AddInitScriptAsync(scriptPath: Axe.ScriptPath);
        await LookAsync(profile, name, address);
    }

    private static async Task LookAsync(IBrowserContext profile, string name, string address)
    {
        var page = await profile.NewPageAsync();
        await page.GotoAsync(address);
        await InspectAsync(page, name);
    }

    /// <summary>The page as it stands, through every look; its profile must have been made with axe.</summary>
    internal static async Task InspectAsync(IPage page, string name)
    {
        var violations = new List<string>();
        foreach (var look in Look.All)
        {
            await page.SetViewportSizeAsync(look.Width, look.Height);
            await page.EmulateMediaAsync(new() { ColorScheme = look.Scheme });
            violations.AddRange((await Axe.CheckAsync(page)).Select(line => $"{look}: {line}"));
            var overflow = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (overflow > 0) violations.Add($"{look}: the page is {overflow} px wider than the screen");
            if (look.Width < 600) violations.AddRange((await page.EvaluateAsync<string[]>(TooSmall)).Select(what => $"{look}: too small for a thumb: {what}"));
            await page.ScreenshotAsync(new() { Path = Path.Combine(Places.Screenshots, $"{name}-{look}.png"), FullPage = true });
        }
        violations.ShouldBeEmpty();
    }
}
