using Dapper;
using Tocsin.Kernel.Ports;

namespace Tocsin.Storage.Tests;

/// <summary>What an upgrade promises.</summary>
public abstract class MigrationSuite<TEngine> : Suite<TEngine> where TEngine : IEngine, new()
{
    private static readonly Migration First = new("zoo", 1, "animals", "create table zoo_animal (\n  id {key},\n  name TEXT NOT NULL\n);\n");
    private static readonly Migration Second = new("zoo", 2, "pens",
        "-- Why: pens.\ncreate table zoo_pen (id {key}, photo {blob});\ninsert into zoo_animal (name) values ('okapi');\n");
    private static readonly Migration Broken = new("zoo", 3, "broken", "create table zoo_food (id {key});\ninsert into zoo_nowhere (id) values (1);\n");

    private async Task<IReadOnlyList<string>> AppliedAsync()
    {
        await using var raw = await Engine.RawAsync();
        return [.. await raw.QueryAsync<string>(
            "select module || '/' || number || ' ' || program_version from storage_migration where module = 'zoo' order by number")];
    }

    [Fact]
    public async Task Open_FreshAndThenNewer_AppliesEachStepOnce()
    {
        await using (var first = await Engine.OpenAsync([First])) { }
        (await AppliedAsync()).ShouldBe(["zoo/1 0.1.0"]);
        await using (var second = await Engine.OpenAsync([First, Second], "0.2.0")) { }
        await using var third = await Engine.OpenAsync([First, Second], "0.3.0");
        (await AppliedAsync()).ShouldBe(["zoo/1 0.1.0", "zoo/2 0.2.0"]);
        (await third.Facts.QueryAsync<string>("select name from zoo_animal")).ShouldBe(["okapi"]);
        third.BackupTaken.ShouldBeNull();
    }

    [Fact]
    public async Task Open_StepThatFailsInTheMiddle_LeavesNothingOfIt()
    {
        await using (var first = await Engine.OpenAsync([First])) { }
        await Should.ThrowAsync<Exception>(() => Engine.OpenAsync([First, Second, Broken], "0.2.0"));
        (await AppliedAsync()).ShouldBe(["zoo/1 0.1.0"]);
        await using var raw = await Engine.RawAsync();
        await Should.ThrowAsync<Exception>(() => raw.QueryAsync("select * from zoo_pen"));
        await Should.ThrowAsync<Exception>(() => raw.QueryAsync("select * from zoo_food"));
        (await raw.QueryAsync<string>("select name from zoo_animal")).ShouldBeEmpty();
        await using var again = await Engine.OpenAsync([First, Second], "0.2.1");
        (await again.Facts.QueryAsync<string>("select name from zoo_animal")).ShouldBe(["okapi"]);
    }

    [Fact]
    public async Task Open_ExistingDatabaseThatChanges_IsCopiedFirst()
    {
        await using (var first = await Engine.OpenAsync([First])) { }
        await using var second = await Engine.OpenAsync([First, Second], "0.2.0");
        var copy = second.BackupTaken.ShouldNotBeNull();
        new FileInfo(copy).Length.ShouldBeGreaterThan(1_000);
        Path.GetFileName(copy).ShouldContain("before-0.2.0-");
    }

    [Fact]
    public async Task Open_DatabaseOfANewerProgram_IsRefusedWithTheVersionNeeded()
    {
        await using (var newer = await Engine.OpenAsync([First, Second], "0.9.0")) { }
        var error = await Should.ThrowAsync<NewerDatabaseException>(() => Engine.OpenAsync([First], "0.2.0"));
        error.Message.ShouldBe("this database was written by Tocsin 0.9.0 (step zoo/0002); run that version or newer, or restore a backup");
        (await AppliedAsync()).Count.ShouldBe(2);
    }
}
