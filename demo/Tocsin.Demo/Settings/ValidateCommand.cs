namespace Tocsin.Demo.Settings;

/// <summary><c>validate-release FILE</c> and <c>validate-cache FILE</c>: whether a role would take the file. Exit codes 0 and 1.</summary>
internal static class ValidateCommand
{
    /// <returns>Null when the arguments are no such command.</returns>
    public static int? Run(string[] args, TextWriter output, TextWriter errors) => args switch
    {
        ["validate-release", var path] => Judge(path, ApiRelease.Parse, output, errors),
        ["validate-cache", var path] => Judge(path, CacheSetting.Parse, output, errors),
        _ => null,
    };

    private static int Judge<T>(
        string path, Func<ReadOnlyMemory<byte>, (T? Value, string Problem)> parse, TextWriter output, TextWriter errors) where T : class
    {
        var (bytes, unreadable) = SettingJson.ReadFile(path);
        var (value, problem) = bytes is null ? (null, unreadable) : parse(bytes);
        if (value is null) errors.WriteLine($"{path}: {problem}");
        else output.WriteLine($"{path}: good, {value}");
        return value is null ? 1 : 0;
    }
}
