using Tocsin.Catalog.Configuration;

namespace Tocsin.Changes.Guarded;

/// <summary>The keys of a guard.</summary>
internal static class GuardFields
{
    private static readonly Field<string> EqualTo = Field.Optional("equals", "The text that must stand there.", ConfigShapes.Text(200, "present"));
    private static readonly Field<string> AtLeast = Field.Optional("at_least", "The lowest version that will do.", TargetShapes.Version);
    private static readonly Field<WrittenPath> Json = Field.Required("json", "Place of the value.", TargetShapes.Json);

    private static readonly Field<When> OnlyWhen = Field.Optional("when", "Contents that need it: a place in the new content and what stands there.",
        ConfigShapes.Map("condition", [Json, EqualTo, AtLeast], map => ConditionOf(map) is { } condition
            ? new When(map.Get(Json).Path, map.Get(Json).Text, condition) : null), "every content");

    private static readonly Field<Uri> Http = Field.Required("http", "Address where the host reports what it has, as JSON.",
        ConfigShapes.Url("http://127.0.0.1:9000/facts"));
    private static readonly Field<GuardModel.Requires> Requires = Field.Optional("requires",
        "Refuses a content whose host lacks what it needs, and one where that cannot be told.",
        ConfigShapes.Map("required fact", [Http, Json, EqualTo, AtLeast, OnlyWhen], map => ConditionOf(map) is { } condition
            ? new GuardModel.Requires(map.Get(Http), map.Get(Json).Path, map.Get(Json).Text, condition, map.Optional(OnlyWhen)) : null));

    private static readonly Field<IReadOnlyList<double>> Min = Field.Optional("min", "Lowest number that will do.", TargetShapes.Number);
    private static readonly Field<IReadOnlyList<double>> Max = Field.Optional("max", "Highest number that will do.", TargetShapes.Number);
    private static readonly Field<GuardModel.Bound> Bound = Field.Optional("bound", "Refuses a content whose number is missing or out of bounds.",
        ConfigShapes.Map("bound", [Json, Min, Max], BoundOf));

    public static Shape<GuardModel> Shape { get; } = ConfigShapes.Map<GuardModel>("guard", [Requires, Bound], map =>
    {
        var (requires, bound) = (map.Optional(Requires), map.Optional(Bound));
        if (requires is null == bound is null)
        {
            map.Error(Bound, requires is null ? "asks for nothing, expected requires: or bound:" : "is a second guard in one, expected a list item for each");
            return null;
        }
        return requires is null ? bound : requires;
    });

    private static Condition? ConditionOf(ConfigMap map)
    {
        if (map.Has(EqualTo) != map.Has(AtLeast)) return new Condition(map.Optional(EqualTo), map.Optional(AtLeast));
        map.Error(AtLeast, map.Has(AtLeast) ? "stands beside equals:, expected only one of the two" : "says no value, expected equals: or at_least:");
        return null;
    }

    private static GuardModel.Bound? BoundOf(ConfigMap map)
    {
        var (min, max) = (map.Optional(Min)?[0], map.Optional(Max)?[0]);
        if (min is null && max is null)
        {
            map.Error(Min, "has no bound, expected min:, max: or both");
            return null;
        }
        if (min > max)
        {
            map.Error(Max, "is less than min:, expected at least that");
            return null;
        }
        return new GuardModel.Bound(map.Get(Json).Path, map.Get(Json).Text, min, max);
    }
}
