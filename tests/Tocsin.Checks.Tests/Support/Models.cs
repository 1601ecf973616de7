using System.Collections.Frozen;
using Tocsin.Catalog;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Checks.Tests;

internal static class Models
{
    public static CheckModel Check(ProbeSpec probe, string key = "shop", double intervalSeconds = 5, double timeoutSeconds = 5,
        AddressFamilyChoice family = AddressFamilyChoice.Any, bool isControl = false) => new()
    {
        Key = new CheckKey(key),
        Service = new ServiceKey("shop"),
        Name = key,
        Probe = probe,
        Interval = TimeSpan.FromSeconds(intervalSeconds),
        Timeout = TimeSpan.FromSeconds(timeoutSeconds),
        Family = family,
        Severity = Severity.Sev2,
        IsControl = isControl,
    };

    public static ProbeSpec.Http Http(Uri url) => new()
    {
        Url = url,
        Method = "GET",
        Headers = [],
        Status = [(200, 299)],
        Json = [],
        HeaderContains = [],
        RedirectsMax = 5,
        CertificateExpiresWithin = TimeSpan.FromDays(14),
    };

    public static ProbeSpec.Tcp Tcp(string host, int port) => new() { Host = host, Port = port };

    public static Revision Revision(IEnumerable<CheckModel> checks, bool allowLinkLocal = false)
    {
        var list = checks.ToList();
        return new Revision("0123456789ab", DateTimeOffset.UnixEpoch, "file",
        [
            new CatalogModel
            {
                PublicUrl = null, Zone = "UTC", Services = FrozenDictionary<ServiceKey, ServiceModel>.Empty,
                People = FrozenDictionary<PersonKey, PersonModel>.Empty, ServiceOrder = [],
            },
            new ServerModel { TrustedProxies = [], AllowLinkLocal = allowLinkLocal },
            new ChecksModel(list.ToFrozenDictionary(check => check.Key), [.. list.Select(check => check.Key)]),
        ]);
    }
}
