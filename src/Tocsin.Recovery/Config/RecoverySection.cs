using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using Tocsin.Catalog;
using Tocsin.Catalog.Configuration;
using Tocsin.Checks;
using Tocsin.Checks.Probes;
using Tocsin.Kernel;
using Tocsin.Kernel.Facts;

namespace Tocsin.Recovery;

/// <summary>Built-in switches: <c>failover</c>.</summary>
public sealed class RecoverySection : IConfigSection
{
    private const int FailoversMax = 100;

    private static readonly Field<Uri> Http = Field.Required("http", "Address that answers JSON.", ConfigShapes.Url("http://standby.example.org:8008/lag"));
    private static readonly Field<string> Json = Field.Required("json", "Where in it the number stands that tells how far the data is behind.",
        ConfigShapes.Written("path", "a JSON path such as $.lag_seconds", text => JsonPath.Parse(text).TryGet(out _, out var why) ? text : Parsed<string>.Bad(why)));
    private static readonly Field<double> AtMost = Field.Required("at_most", "The greatest number that is fresh enough.",
        ConfigShapes.Written("number", "a number from 0 such as 5", ParseLimit));
    private static readonly Field<FreshnessModel> Fresh = Field.Optional("fresh",
        "How fresh its data must be; asked every 5 s. A standby that does not answer is not fresh.",
        ConfigShapes.Map("freshness", [Http, Json, AtMost], map => new FreshnessModel(map.Get(Http), map.Get(Json), map.Get(AtMost))), "nothing is asked");

    private static readonly Field<HostPort> Address = Field.Required("address", "Where its connections go.", HostPort.Shape("10.0.0.1:9001"));
    private static readonly Field<string> Check = Field.Required("check", "Key of the check that tells whether it is well. It probes the side itself, not the switch.",
        ConfigShapes.Text(Kernel.Keys.LengthMax, "api-page"));
    private static readonly Field<ConfigMap> Primary = Field.Required("primary", "Where traffic goes as long as it is well.",
        ConfigShapes.Map("side", [Address, Check], map => map));
    private static readonly Field<ConfigMap> Standby = Field.Required("standby", "Where traffic goes when the primary is confirmed down.",
        ConfigShapes.Map("standby", [Address, Check, Fresh], map => map));

    private static readonly Field<ServiceKey> Service = Field.Required("service", "Service whose traffic it is.", ConfigShapes.NameOf<ServiceKey>(CatalogSection.Service));
    private static readonly Field<IPEndPoint> Listen = Field.Required("listen", "Address and port of this machine; users connect to it.",
        ConfigShapes.Written("address:port", "an IP address of this machine and a port such as 127.0.0.1:9000 or [::]:9000", ParseListen));
    private static readonly Field<string> Users = Field.Optional("users", "Key of a check that goes through the switch as users do. While it is answered nothing moves by itself.",
        ConfigShapes.Text(Kernel.Keys.LengthMax, "shop-through-switch"), "the check of the primary speaks for the users");
    private static readonly Field<FailoverMode> Mode = Field.WithDefault("mode", "What it may do: shadow only says what it would do, approve asks a person, automatic acts.",
        ConfigShapes.Word(("approve", FailoverMode.Approve), ("shadow", FailoverMode.Shadow), ("automatic", FailoverMode.Automatic)), "approve");
    private static readonly Field<TimeSpan> Cooldown = Field.WithDefault("cooldown", "No automatic move follows another move sooner. Besides, one automatic move per service in 30 min.",
        ConfigShapes.Duration(TimeSpan.Zero, TimeSpan.FromDays(1), "5m"), "5m");
    private static readonly Field<int> ConnectionsMax = Field.WithDefault("connections_max", "Connections that the switch carries at a time; more are closed at once.",
        ConfigShapes.Integer(1, 20_000), "2000");

    private static readonly Field<IReadOnlyList<Entry<ConfigMap>>> Failovers = Field.Optional("failover",
        "Built-in TCP switches that lead the traffic of a service to its standby, by key.",
        ConfigShapes.Named("failover", null, ConfigShapes.Map("failover",
            [Service, Listen, Primary, Standby, Users, Mode, Cooldown, ConnectionsMax], map => map), FailoversMax), "none");

    public IReadOnlyList<Field> Keys { get; } = [Failovers];

    public object Build(ConfigDraft draft)
    {
        var entries = draft.Root.Items(Failovers).Where(entry => Kernel.Keys.IsKey(entry.Key)).ToList();
        var checks = entries.Count == 0 ? [] : ChecksSection.KeysOf(draft);
        var listening = new Dictionary<string, string>(StringComparer.Ordinal);
        var found = new List<FailoverModel>();
        foreach (var entry in entries)
        {
            var model = ToModel(new FailoverKey(entry.Key), entry.Value, draft, checks);
            if (!listening.TryAdd(model.Listen.ToString(), entry.Key)) entry.Value.Error(Listen, $"is the address of failover.{listening[model.Listen.ToString()]} too, expected another port");
            found.Add(model);
        }
        return new RecoveryModel(found.ToFrozenDictionary(model => model.Key), [.. found.Select(model => model.Key)]);
    }

    public IEnumerable<ConfigItem> Items(object model) => ((RecoveryModel)model).InOrder.Select(failover => new ConfigItem("failovers", failover.Key.Value,
        ("mode", WordOf(failover.Mode)), ("listens on", $"{failover.Listen}"), ("primary", $"{failover.Primary.Address}"),
        ("standby", $"{failover.Standby.Address}"), ("cooldown", Durations.InWords(failover.Cooldown))));

    internal static string WordOf(FailoverMode mode) => mode switch
    {
        FailoverMode.Shadow => "shadow",
        FailoverMode.Approve => "approve",
        FailoverMode.Automatic => "automatic",
    };

    private static FailoverModel ToModel(FailoverKey key, ConfigMap map, ConfigDraft draft, IReadOnlyCollection<string> checks)
    {
        var (primary, standby) = (map.Get(Primary), map.Get(Standby));
        var model = new FailoverModel
        {
            Key = key,
            Service = map.Get(Service),
            Listen = map.Get(Listen),
            Primary = new SideModel(primary.Get(Address), CheckOf(primary, Check)),
            Standby = new SideModel(standby.Get(Address), CheckOf(standby, Check)),
            Fresh = standby.Optional(Fresh),
            Users = map.Has(Users) ? CheckOf(map, Users) : null,
            Mode = map.Get(Mode),
            Cooldown = map.Get(Cooldown),
            ConnectionsMax = map.Get(ConnectionsMax),
        };
        var own = $"{model.Listen}";
        if (standby.Get(Address) == primary.Get(Address)) standby.Error(Address, "is the address of the primary, expected another one");
        if (primary.Get(Address).ToString() == own) primary.Error(Address, "is where the switch itself listens, expected another one");
        if (standby.Get(Address).ToString() == own) standby.Error(Address, "is where the switch itself listens, expected another one");
        if (model.Standby.Check == model.Primary.Check) standby.Error(Check, "is the check of the primary, expected one that probes the standby");
        return model;

        CheckKey CheckOf(ConfigMap of, Field<string> field)
        {
            var text = of.Get(field);
            if (!checks.Contains(text)) of.Error(field, $"names the check '{text}', which is not configured{draft.Meant(text, checks)}");
            return new CheckKey(text);
        }
    }

    private static Parsed<IPEndPoint> ParseListen(string text) =>
        text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out var address) && address.Port > 0 ? address : Parsed<IPEndPoint>.Bad("");

    private static Parsed<double> ParseLimit(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var limit) && double.IsFinite(limit) ? limit : Parsed<double>.Bad("");
}
