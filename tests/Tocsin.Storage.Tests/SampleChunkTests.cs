using FsCheck;
using FsCheck.Fluent;
using Tocsin.Kernel.Ports;
using Tocsin.Storage.Sqlite;
using Outcome = Tocsin.Kernel.Ports.Outcome;

namespace Tocsin.Storage.Tests;

public sealed class SampleChunkTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<Sample> AnySample =
        from ms in Gen.OneOf(Gen.Choose(0, int.MaxValue).Select(ms => (long)ms), Gen.Choose(-2_000_000, 2_000_000).Select(s => s * 1_000_000L))
        from outcome in Gen.Elements(Enum.GetValues<Outcome>())
        from reason in Gen.Choose(0, 255)
        from units in Gen.Choose(0, int.MaxValue / 8)
        from reprobe in Gen.Elements(true, false)
        select new Sample(DateTimeOffset.FromUnixTimeMilliseconds(ms), outcome, (byte)reason, units * 8, reprobe);

    private static readonly Gen<IReadOnlyList<Sample>> AnyChunk =
        from count in Gen.Choose(0, SampleChunk.SamplesMax)
        from samples in AnySample.ListOf(count)
        select (IReadOnlyList<Sample>)[.. samples];

    [Fact]
    public void Read_WhatWasWritten_IsEqual() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(AnyChunk.ToArbitrary(), samples => SampleChunk.Read(SampleChunk.Write(samples)).SequenceEqual(samples)));

    [Fact]
    public void Read_DamagedBytes_IsAFormatExceptionOrSamples()
    {
        var random = new Random(7);
        var refused = 0;
        for (var run = 0; run < 20_000; run++)
        {
            var bytes = run % 2 == 0 ? new byte[random.Next(0, 80)] : SampleChunk.Write(Realistic(random, 20));
            if (run % 2 == 0) random.NextBytes(bytes);
            else for (var hit = 0; hit < 3; hit++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try { SampleChunk.Read(bytes); }
            catch (FormatException) { refused++; }
        }
        refused.ShouldBeInRange(1_000, 19_999);
    }

    [Fact]
    public async Task SamplesFile_ADayOfRealisticProbes_NeedsAtMostFiveBytesEach()
    {
        const int Series = 40, PerDay = 2_880;
        var path = Path.Combine(Directory.CreateTempSubdirectory("tocsin-test-").FullName, "samples.db");
        var file = new SqliteFile(path, "NORMAL");
        using (var connection = file.Open()) SqliteMigrator.Run(connection, SampleStore.Migrations, "0.1.0", Noon, null);
        await using (var store = new SqliteStore(file, new StoreHealth(TimeProvider.System), null))
        {
            var samples = new SampleStore(store);
            var random = new Random(3);
            var days = Enumerable.Range(0, Series).Select(_ => Realistic(random, PerDay)).ToList();
            for (var index = 0; index < PerDay; index++)
            {
                for (var series = 0; series < Series; series++) samples.Append($"check/shop-{series}", days[series][index]);
                if (index % 16 == 15) await samples.FlushAsync();
            }
        }
        SqliteFileSize.AfterCheckpoint(path).ShouldBeLessThanOrEqualTo(5 * Series * PerDay);
    }

    /// <summary>A probe every 30 s with some milliseconds of lag, around 60 ms long with a tail, one in 200 failing.</summary>
    private static List<Sample> Realistic(Random random, int count)
    {
        var samples = new List<Sample>(count);
        for (var index = 0; index < count; index++)
        {
            var isBad = random.Next(200) == 0;
            var us = isBad ? 5_000_000 : (int)(60_000 * Math.Exp(0.12 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)));
            if (!isBad && random.Next(50) == 0) us *= 4;
            samples.Add(new Sample(Noon.AddSeconds(30 * index).AddMilliseconds(random.Next(4)), isBad ? Outcome.Down : Outcome.Up,
                (byte)(isBad ? 3 : 0), us / 8 * 8, false));
        }
        return samples;
    }

    private static class SqliteFileSize
    {
        public static long AfterCheckpoint(string path)
        {
            using var connection = new SqliteFile(path, "NORMAL").Open();
            using var command = connection.CreateCommand();
            command.CommandText = "pragma wal_checkpoint(truncate)";
            command.ExecuteNonQuery();
            return new FileInfo(path).Length;
        }
    }
}
