using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Kernel;

namespace Tocsin.StatusPages.Tests;

public sealed class StatusPageSectionTests
{
    private const string Services = "services:\n  shop: {name: The shop}\n  api:\n";

    private static ConfigReading Read(string text) =>
        new ConfigReader([new CatalogSection(), new StatusPageSection()]).ReadText("t.yaml", text, DateTimeOffset.UnixEpoch);

    [Fact]
    public void Read_NoSection_ShowsEveryService()
    {
        var page = Read(Services).Revision!.Get<StatusPageModel>();
        (page.Title, page.Intro, page.WriteTo).ShouldBe(("Status", null, null));
        page.Components.ShouldBe([new ComponentModel(new ServiceKey("shop"), "The shop", null), new ComponentModel(new ServiceKey("api"), "api", null)]);
    }

    [Fact]
    public void Read_Section_FillsTheModel()
    {
        var page = Read(Services + "status_page: {title: Ours, intro: Hello, write_to: /var/www, components: [api, {service: shop, name: Buying, description: All}]}")
            .Revision!.Get<StatusPageModel>();
        (page.Title, page.Intro, page.WriteTo).ShouldBe(("Ours", "Hello", "/var/www"));
        page.Components.ShouldBe([new ComponentModel(new ServiceKey("api"), "api", null), new ComponentModel(new ServiceKey("shop"), "Buying", "All")]);
    }

    [Theory]
    [InlineData("status_page: {components: [apo]}", "t.yaml:4:28: status_page.components names the service 'apo', which is not configured, did you mean 'api'?")]
    [InlineData("status_page: {components: [api, api]}", "t.yaml:4:27: status_page.components shows the service 'api' twice, expected each once")]
    [InlineData("status_page: {write_to: www}", "t.yaml:4:25: status_page.write_to is 'www', expected the absolute path of a directory such as /var/www/status")]
    [InlineData("status_page: {components: api}", "t.yaml:4:27: status_page.components is 'api', expected a list, each item the name of a service, or a map with keys such as service:, name:, description:")]
    public void Read_Mistake_SaysWhatIsWrong(string text, string expected) =>
        Read(Services + text).Diagnostics.Select(found => found.ToString()).ShouldBe([expected]);
}
