using FsCheck;
using FsCheck.Fluent;

namespace Tocsin.Web.Tests;

public sealed class TimeTextTests
{
    private static readonly DateTimeOffset Noon = new(2024, 1, 25, 10, 0, 7, 114, TimeSpan.Zero);
    private static TimeZoneInfo Zone(string id) => TimeZoneInfo.FindSystemTimeZoneById(id);

    [Theory]
    [InlineData(0, "0 s", "0 s", "0 s")]
    [InlineData(340, "340 ms", "340 ms", "0 s")]
    [InlineData(999, "999 ms", "999 ms", "0 s")]
    [InlineData(1_000, "1 s", "1 s", "1 s")]
    [InlineData(59_999, "59 s", "59 s", "59 s")]
    [InlineData(60_000, "1 min", "1 min 00 s", "1 min")]
    [InlineData(247_000, "4 min 7 s", "4 min 07 s", "4 min")]
    [InlineData(14_400_000, "4 h", "4 h 00 min", "4 h")]
    [InlineData(12_000_000, "3 h 20 min", "3 h 20 min", "3 h")]
    [InlineData(86_399_000, "23 h 59 min", "23 h 59 min", "23 h")]
    [InlineData(86_400_000, "1 day", "1 day 00 h", "1 day")]
    [InlineData(187_200_000, "2 days 4 h", "2 days 04 h", "2 days")]
    [InlineData(-240_000, "−4 min", "−4 min 00 s", "−4 min")]
    public void Duration_AtTheEdges_HasAtMostTwoUnits(long milliseconds, string normal, string exact, string brief)
    {
        var length = TimeSpan.FromMilliseconds(milliseconds);
        TimeText.Duration(length).ShouldBe(normal);
        TimeText.DurationExact(length).ShouldBe(exact);
        TimeText.Short(length).ShouldBe(brief);
    }

    [Fact]
    public void Duration_OfTheLongestSpans_DoesNotFail()
    {
        TimeText.Duration(TimeSpan.MaxValue).ShouldBe("10675199 days 2 h");
        TimeText.Duration(TimeSpan.MinValue).ShouldBe("−10675199 days 2 h");
        TimeText.Relative(DateTimeOffset.MinValue, DateTimeOffset.MaxValue).ShouldEndWith(" days ago");
    }

    [Theory]
    [InlineData(0, "now")]
    [InlineData(-900, "now")]
    [InlineData(1_000, "1 s ago")]
    [InlineData(240_000, "4 min ago")]
    [InlineData(-10_800_000, "in 3 h")]
    public void Relative_PastAndFuture_SaysWhich(long millisecondsAgo, string expected) =>
        TimeText.Relative(Noon.AddMilliseconds(-millisecondsAgo), Noon).ShouldBe(expected);

    [Theory]
    [InlineData("UTC", "2024-01-25 10:00 UTC")]
    [InlineData("Europe/Berlin", "2024-01-25 11:00 CET")]
    [InlineData("Europe/London", "2024-01-25 10:00 GMT")]
    [InlineData("America/New_York", "2024-01-25 05:00 EST")]
    [InlineData("Asia/Kolkata", "2024-01-25 15:30 IST")]
    [InlineData("America/Sao_Paulo", "2024-01-25 07:00 UTC−03:00")]
    public void Absolute_InAZone_NamesIt(string zone, string expected) => TimeText.Absolute(Noon, Zone(zone)).ShouldBe(expected);

    [Fact]
    public void Clock_RoundTheEndOfSummerTime_TellsTheTwoHoursApart()
    {
        var first = new DateTimeOffset(2024, 10, 27, 0, 30, 0, TimeSpan.Zero);
        TimeText.Clock(first, Zone("Europe/Berlin"), seconds: false).ShouldBe("02:30 CEST");
        TimeText.Clock(first.AddHours(1), Zone("Europe/Berlin"), seconds: false).ShouldBe("02:30 CET");
    }

    [Fact]
    public void Day_NearMidnight_IsTheDayOfTheZone()
    {
        var late = new DateTimeOffset(2024, 12, 31, 23, 30, 0, TimeSpan.Zero);
        TimeText.Day(late, Zone("UTC")).ShouldBe("Tue 31 Dec 2024");
        TimeText.Day(late, Zone("Asia/Tokyo")).ShouldBe("Wed 1 Jan 2025");
        TimeText.Weekday(late, Zone("Asia/Tokyo")).ShouldBe("Wed 08:30");
        TimeText.Machine(late).ShouldBe("2024-12-31T23:30:00.000Z");
    }

    [Fact]
    public void Duration_OfAnyLength_IsShortAndNeverMoreThanItsLength() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        ArbMap.Default.ArbFor<int>(), seconds =>
        {
            var words = TimeText.Duration(TimeSpan.FromSeconds(seconds)).Split(' ');
            return words.Length is 2 or 4 && Read(words) is var read && read <= Math.Abs((long)seconds) && Math.Abs((long)seconds) - read < 3_600;
        }));

    private static long Read(string[] words) => words.Chunk(2).Sum(pair => long.Parse(pair[0].TrimStart('−'), null) * (pair[1] switch
    {
        "day" or "days" => 86_400,
        "h" => 3_600,
        "min" => 60,
        _ => 1,
    }));
}
