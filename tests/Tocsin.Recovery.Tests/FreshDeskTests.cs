using System.Text;
using Tocsin.Recovery.Freshness;

namespace Tocsin.Recovery.Tests;

public sealed class FreshDeskTests
{
    [Theory]
    [InlineData("""{"lag": 3.5}""", 3.5)]
    [InlineData("""{"lag": "7"}""", 7)]
    [InlineData("""{"lag": 0}""", 0)]
    public void Find_Number_IsRead(string body, double expected) => FreshDesk.Find(Encoding.UTF8.GetBytes(body), "$.lag").Value.ShouldBe(expected);

    [Theory]
    [InlineData("""{"lag": null}"""), InlineData("""{"lag": -1}"""), InlineData("""{"lag": "NaN"}"""), InlineData("""{"lag": 1e999}"""), InlineData("{}")]
    public void Find_NoNumber_SaysSo(string body) => FreshDesk.Find(Encoding.UTF8.GetBytes(body), "$.lag").Error.ShouldBe("there is no number from 0 at $.lag");

    [Theory]
    [InlineData("<html>"), InlineData(""), InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public void Find_NoJson_SaysSo(string body) => FreshDesk.Find(Encoding.UTF8.GetBytes(body), "$.lag").Error.ShouldBe("the answer is not JSON");
}
