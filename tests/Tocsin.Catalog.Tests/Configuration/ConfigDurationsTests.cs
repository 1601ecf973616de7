using FsCheck;
using FsCheck.Fluent;
using Tocsin.Catalog.Configuration;

namespace Tocsin.Catalog.Tests.Configuration;

public sealed class ConfigDurationsTests
{
    [Theory]
    [InlineData("30s", 30_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("500ms", 500)]
    [InlineData("1m500ms", 60_500)]
    [InlineData("2w", 1_209_600_000)]
    [InlineData("0s", 0)]
    public void Parse_Written_IsRead(string text, long milliseconds) => ConfigDurations.Parse(text).Value.ShouldBe(TimeSpan.FromMilliseconds(milliseconds));

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("1.5h")]
    [InlineData("-1s")]
    [InlineData("30 s")]
    [InlineData("30m1h")]
    [InlineData("1s1s")]
    [InlineData("9999999999s")]
    [InlineData("999999999w999999999d")]
    [InlineData("٣s")]
    public void Parse_NotADuration_IsBad(string text) => ConfigDurations.Parse(text).IsValid.ShouldBeFalse();

    [Fact]
    public void Write_AnyDuration_ReadsBack() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(), milliseconds =>
        {
            var duration = TimeSpan.FromMilliseconds(milliseconds);
            return ConfigDurations.Parse(ConfigDurations.Write(duration)).Value == duration;
        }));
}
