using Tocsin.Catalog;
using Tocsin.Checks;
using Tocsin.Kernel;

namespace Tocsin.Alerts.Pages;

/// <summary>What the form of a silence brings. Untrusted.</summary>
internal sealed class SilenceForm
{
    /// <summary><c>service/KEY</c>, <c>check/KEY</c> or <c>all</c>.</summary>
    public string? About { get; set; }
    /// <summary>Minutes.</summary>
    public int? Minutes { get; set; }
    public string? Why { get; set; }

    /// <returns>What is to be quiet, nulls for everything; or why that is nothing known.</returns>
    public Parsed<(ServiceKey? Service, CheckKey? Check)> Read(Revision revision)
    {
        if (About == "all") return ((ServiceKey?)null, (CheckKey?)null);
        switch ((About ?? "").Split('/', 2))
        {
            case ["service", var text] when Keys.TryParse<ServiceKey>(text, out var service) && revision.Catalog.Services.ContainsKey(service):
                return ((ServiceKey?)service, (CheckKey?)null);
            case ["check", var text] when Keys.TryParse<CheckKey>(text, out var check) && revision.Get<ChecksModel>().Checks.TryGetValue(check, out var model):
                return ((ServiceKey?)model.Service, (CheckKey?)check);
            default:
                return Parsed<(ServiceKey?, CheckKey?)>.Bad("choose what is to be quiet");
        }
    }
}
