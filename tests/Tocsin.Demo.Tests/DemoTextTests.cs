using FsCheck;
using FsCheck.Fluent;

namespace Tocsin.Demo.Tests;

public sealed class DemoTextTests
{
    [Theory]
    [InlineData("see https://a.example/ack/x?y=1.", "https://a.example/ack/x?y=1")]
    [InlineData("(https://a.example/x)", "https://a.example/x")]
    [InlineData("<https://a.example/x>", "https://a.example/x")]
    [InlineData("javascript:alert(1) ftp://a.example", "")]
    public void Parts_Address_IsFoundWithoutItsSentence(string text, string url) =>
        string.Concat(DemoText.Parts(text).Select(part => part.Url)).ShouldBe(url);

    [Fact]
    public void Parts_AnyText_AddUpToIt() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(), text => string.Concat(DemoText.Parts($"{text.Get} http://a.{text.Get}").Select(part => part.Text))
            == $"{text.Get} http://a.{text.Get}"));
}
