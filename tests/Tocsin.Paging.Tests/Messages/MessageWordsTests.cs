using NodaTime;
using Tocsin.Paging.Messages;
using Tocsin.Paging.Tests.Support;

namespace Tocsin.Paging.Tests.Messages;

public sealed class MessageWordsTests
{
    [Theory]
    [InlineData(-5, "0 s")]
    [InlineData(0.9, "0 s")]
    [InlineData(59.9, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(61, "1 min 1 s")]
    [InlineData(299, "4 min 59 s")]
    [InlineData(301, "5 min")]
    [InlineData(3599, "59 min")]
    [InlineData(3600, "1 h")]
    [InlineData(14_430, "4 h")]
    [InlineData(5_400, "1 h 30 min")]
    [InlineData(86_400, "1 d")]
    [InlineData(180_000, "2 d 2 h")]
    public void Of_Elapsed_HasAtMostTwoUnits(double seconds, string expected) =>
        MessageWords.Of(TimeSpan.FromSeconds(seconds)).ShouldBe(expected);

    [Theory]
    [InlineData("Europe/Berlin", "02:17:30 CET")]
    [InlineData("UTC", "01:17:30 UTC")]
    [InlineData("Asia/Dubai", "05:17:30 UTC+04")]
    public void Of_Moment_NamesItsZone(string zone, string expected) =>
        MessageWords.Of(Samples.Now, DateTimeZoneProviders.Tzdb[zone], Samples.Now).ShouldBe(expected);

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "n1")]
    [InlineData(2, "n1 and n2")]
    [InlineData(3, "n1, n2 and n3")]
    [InlineData(6, "n1, n2 and 4 more")]
    public void List_ManyNames_AreCounted(int count, string expected) =>
        MessageWords.List([.. Enumerable.Range(1, count).Select(i => $"n{i}")], 3).ShouldBe(expected);

    [Theory]
    [InlineData("  a \r\n\t b  ", 10, "a b")]
    [InlineData("a\u0000\u001bb", 10, "a b")]
    [InlineData("a\u202Eb\u200Fc", 10, "abc")]
    [InlineData("0123456789", 10, "0123456789")]
    [InlineData("0123456789x", 10, "012345678…")]
    [InlineData("01234567🚒x", 10, "01234567…")]
    public void Line_AnyText_IsOneCleanLine(string text, int lengthMax, string expected) =>
        MessageWords.Line(text, lengthMax).ShouldBe(expected);
}
