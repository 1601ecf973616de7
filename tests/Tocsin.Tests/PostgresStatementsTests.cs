using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Tocsin.Storage.Tests;

namespace Tocsin.Tests;

/// <summary>Every statement that stands in a module was carried out by PostgreSQL in this test run.</summary>
/// <remarks><c>./test</c> runs the modules' stores on PostgreSQL first and notes what was carried out. Storage itself is not asked:
/// it speaks to each database in its own words, and its suite runs on both.</remarks>
public sealed partial class PostgresStatementsTests
{
    [StatementsFact]
    public void Statements_OfEveryModule_WereCarriedOutByPostgres()
    {
        var executed = Directory.GetFiles(ExecutedStatements.Directory!).SelectMany(file => File.ReadAllText(file).Split('\0')).Select(Flat).ToList();
        var modules = Directory.GetFiles(AppContext.BaseDirectory, "Tocsin*.dll")
            .Where(path => !path.EndsWith("Tests.dll", StringComparison.Ordinal) && Path.GetFileName(path) is not ("Tocsin.Storage.dll" or "Tocsin.Demo.dll"));
        var statements = modules.SelectMany(path => Statements(path).Select(sql => (Module: Path.GetFileNameWithoutExtension(path), Sql: sql))).ToList();
        statements.Count.ShouldBeGreaterThan(100);
        statements.Where(statement => !executed.Any(sql => sql.Contains(statement.Sql, StringComparison.Ordinal)))
            .Select(statement => $"{statement.Module}: {statement.Sql}").ShouldBeEmpty();
    }

    /// <summary>Texts in the program that begin as SQL does; of a composed one the pieces that begin so.</summary>
    private static IEnumerable<string> Statements(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        for (var handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = metadata.GetNextHandle(handle))
        {
            var text = Flat(metadata.GetUserString(handle));
            if (Sql().IsMatch(text)) yield return text;
        }
    }

    private static string Flat(string text) => Space().Replace(text, " ").Trim();

    [GeneratedRegex(@"^(select .+ from [a-z]+_|insert into [a-z]+_|update [a-z]+_\w+ set |delete from [a-z]+_|with \w+ as )", RegexOptions.None, 1000)]
    private static partial Regex Sql();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Space();
}

/// <summary>A test about what other tests did before it: <c>./test</c> says where that is noted.</summary>
internal sealed class StatementsFactAttribute : FactAttribute
{
    public StatementsFactAttribute()
    {
        if (ExecutedStatements.Directory is null) Skip = "needs the modules' stores run on PostgreSQL before: ./test without names does so";
    }
}
