using System.Globalization;

namespace Tocsin.Kernel.Tests;

/// <summary>A value for every member of a fact, different from its default, told by type and name alone.</summary>
internal static class FactSamples
{
    private static readonly DateTimeOffset Moment = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    public static object Create(Type type)
    {
        var constructor = type.GetConstructors().OrderByDescending(one => one.GetParameters().Length).First();
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Value(parameter.ParameterType, parameter.Name!))]);
    }

    private static object Value(Type type, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return $"{name.ToLower(CultureInfo.InvariantCulture)} in words";
        if (type == typeof(bool)) return true;
        if (type == typeof(int)) return name.Length;
        if (type == typeof(long)) return 1000L + name.Length;
        if (type == typeof(double)) return 12.5;
        if (type == typeof(DateTimeOffset)) return Moment.AddMinutes(name.Length);
        if (type.IsEnum) return Enum.GetValues(type).GetValue(1)!;
        if (type.GetInterfaces().Any(IsOf(typeof(IKey<>)))) return Activator.CreateInstance(type, $"a-{name.ToLower(CultureInfo.InvariantCulture)}")!;
        if (type.GetInterfaces().Any(IsOf(typeof(INumber<>)))) return Activator.CreateInstance(type, 40L + name.Length)!;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var element = type.GetGenericArguments()[0];
            var list = Array.CreateInstance(element, 1);
            list.SetValue(Value(element, name), 0);
            return list;
        }
        return Create(type);
    }

    private static Func<Type, bool> IsOf(Type definition) => type => type.IsGenericType && type.GetGenericTypeDefinition() == definition;
}
