using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Tocsin.Kernel.Facts;
using Check = FsCheck.Check;

namespace Tocsin.Incidents.Tests;

public sealed class ToldMomentsTests
{
    [Theory]
    [InlineData("2024-01-25 10:00 UTC", "2024-01-25T10:00:00Z", Precision.Exact, "UTC")]
    [InlineData("2024-01-25 10:00", "2024-01-25T09:00:00Z", Precision.Exact, "Europe/Berlin")]
    [InlineData("2024-01-25T10:00:07Z", "2024-01-25T10:00:07Z", Precision.Exact, "Z")]
    [InlineData("2024-01-25 10:00 AM (UTC)", "2024-01-25T10:00:00Z", Precision.Exact, "UTC")]
    [InlineData("2024-01-25 12:00 PM UTC", "2024-01-25T12:00:00Z", Precision.Exact, "UTC")]
    [InlineData("2024-01-25 12:03 a.m. UTC", "2024-01-25T00:03:00Z", Precision.Exact, "UTC")]
    [InlineData("2024-01-25 1:00pm EAT", "2024-01-25T10:00:00Z", Precision.Exact, "EAT")]
    [InlineData("2024-01-25 10:00 America/New_York", "2024-01-25T15:00:00Z", Precision.Exact, "America/New_York")]
    [InlineData("2024-01-25 10:00 AM America/New_York", "2024-01-25T15:00:00Z", Precision.Exact, "America/New_York")]
    [InlineData("2024-01-25 10:00 Pacific/Auckland", "2024-01-24T21:00:00Z", Precision.Exact, "Pacific/Auckland")]
    [InlineData("2024-01-25 10:00 +02:00", "2024-01-25T08:00:00Z", Precision.Exact, "+02:00")]
    [InlineData("2024-01-25 10:00-0530", "2024-01-25T15:30:00Z", Precision.Exact, "-0530")]
    [InlineData("2024-04-20 11:15 PM (GMT + 2)", "2024-04-20T21:15:00Z", Precision.Exact, "GMT+2")]
    [InlineData("2024-01-25 10:00 UTC+5:30", "2024-01-25T04:30:00Z", Precision.Exact, "UTC+5:30")]
    [InlineData("about 2024-01-25 10:00 UTC", "2024-01-25T10:00:00Z", Precision.About, "UTC")]
    [InlineData("~2024-01-25 10:00 UTC", "2024-01-25T10:00:00Z", Precision.About, "UTC")]
    [InlineData("2024-01-25", "2024-01-24T23:00:00Z", Precision.DateOnly, "Europe/Berlin")]
    [InlineData("2024-01-25 UTC", "2024-01-25T00:00:00Z", Precision.DateOnly, "UTC")]
    [InlineData("10:30", "2024-02-03T09:30:00Z", Precision.Exact, "Europe/Berlin")]
    [InlineData("about 10:30 AM UTC", "2024-02-03T10:30:00Z", Precision.About, "UTC")]
    public void Parse_EveryForm_IsRead(string text, string at, Precision precision, string zone) =>
        ToldMoments.Parse(text, "Europe/Berlin", new LocalDate(2024, 2, 3)).Value.ShouldBe(
            new ToldMoment(DateTimeOffset.Parse(at, null), precision, zone));

    [Theory]
    [InlineData("")]
    [InlineData("  unknown ")]
    [InlineData(null)]
    public void Parse_Unknown_IsLegal(string? text) => ToldMoments.Parse(text, "UTC").Value.ShouldBe(ToldMoment.Unknown);

    [Theory]
    [InlineData("yesterday", "is not a moment")]
    [InlineData("2024-13-01", "not a day of the calendar")]
    [InlineData("2024-02-30 10:00", "not a day of the calendar")]
    [InlineData("2024-01-25 25:00", "not a time of day")]
    [InlineData("2024-01-25 13:06 PM UTC", "not a time of a 12-hour clock")]
    [InlineData("2024-01-25 10:00 Africa/Nowhere", "is not a zone")]
    [InlineData("2024-01-25 10:00 +19:00", "is not an offset")]
    [InlineData("2024-01-25 10:00 +02:99", "is not an offset")]
    [InlineData("0001-01-01 00:00 +14:00", "is not between")]
    [InlineData("9999-12-31 23:59 -14:00", "is not between")]
    [InlineData("10:30", "has no day")]
    [InlineData("2026-03-29 02:30 Europe/Berlin", "does not exist in Europe/Berlin: clocks were put forward")]
    [InlineData("2026-10-25 02:30 Europe/Berlin", "came twice in Europe/Berlin: clocks were put back; give the offset, +02:00 or +01:00")]
    public void Parse_Wrong_SaysWhatAndWhatElse(string text, string error) => ToldMoments.Parse(text, "UTC").Error.ShouldNotBeNull().ShouldContain(error);

    [Fact]
    public void Parse_AnyText_NeverThrows() => Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(3_000), Prop.ForAll(
        Gen.Elements("2024-01-25", "0000-00-00", "10:00", " ", "T", "AM", "+", "-", "99", "UTC", "(", ")", "about", "Europe/Berlin", "ü", "\0")
            .ListOf().Select(string.Concat).ToArbitrary(),
        text => ToldMoments.Parse(text, "UTC", new LocalDate(2024, 1, 1)).IsValid || true));

    [Fact]
    public void InWords_ReadBack_IsTheSameMoment()
    {
        string[] zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "+05:45", "EAT", "GMT+2"];
        var moments =
            from seconds in Gen.Choose(0, 2_000_000_000)
            from zone in Gen.Elements(zones)
            from precision in Gen.Elements(Precision.Exact, Precision.About)
            select new ToldMoment(DateTimeOffset.FromUnixTimeSeconds(seconds), precision, zone);
        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(moments.ToArbitrary(), moment =>
        {
            var read = ToldMoments.Parse(ToldMoments.InWords(moment, "Asia/Tokyo"), "Asia/Tokyo").Value;
            return read.At == moment.At && read.Precision == moment.Precision;
        }));
    }

    [Fact]
    public void InWords_DateOnly_ReadsBackInItsOwnZone()
    {
        var day = ToldMoments.Parse("2024-01-25 Europe/Berlin", "UTC").Value;
        ToldMoments.Parse(ToldMoments.InWords(day, "UTC"), "UTC").Value.ShouldBe(day);
    }

    [Theory]
    [InlineData("2026-10-25T00:30:00Z", "02:30 +02:00")]
    [InlineData("2026-10-25T01:30:00Z", "02:30 +01:00")]
    [InlineData("2026-10-25T02:30:00Z", "03:30")]
    public void InWords_HourThatCameTwice_KeepsItsOffsetEvenWithoutZone(string at, string words) =>
        ToldMoments.InWords(ToldMoment.Exactly(DateTimeOffset.Parse(at, null)), "Europe/Berlin", withDate: false, withZone: false).ShouldBe(words);
}
