using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tocsin.Demo.Mail.Mime;

namespace Tocsin.Demo.Tests;

public sealed class MimeMessageTests
{
    [Fact]
    public void Read_AlternativeInMixed_FindsTextAndHtmlAndLeavesAttachmentsOut()
    {
        var mail = Read("""
            Subject: =?utf-8?q?St=C3=B6rung?=
            Content-Type: multipart/mixed; boundary="outer"

            not for anybody
            --outer
            Content-Type: text/plain
            Content-Disposition: attachment; filename="log.txt"

            attached
            --outer
            Content-Type: multipart/alternative;
             boundary="inner; part"

            --inner; part
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            Gr=C3=BC=
            =C3=9Fe =3D 1=20
            --inner; part
            Content-Type: text/html; charset=iso-8859-1
            Content-Transfer-Encoding: base64

            PHA+R3L832U8
            L3A+
            --inner; part--
            --outer--
            after the end
            """);
        mail.Subject.ShouldBe("Störung");
        mail.Text.ShouldBe("Grüße = 1 ");
        mail.Html.ShouldBe("<p>Grüße</p>");
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("=?UTF-8?B?4oaS?= api", "→ api")]
    [InlineData("=?utf-8?Q?a_b?= =?utf-8?Q?_c?=", "a b c")]
    [InlineData("=?utf-8?Q?=C3?= =?utf-8?Q?=BC?=", "ü")]
    [InlineData("=?iso-8859-1?Q?=FC?= =?utf-8?Q?=C3=BC?=", "üü")]
    [InlineData("=?utf-8?Q?one?= two =?utf-8?Q?three?=", "one two three")]
    [InlineData("=?utf-8?X?not?=", "=?utf-8?X?not?=")]
    [InlineData("", "")]
    public void Decode_EncodedWords_AsRfc2047(string header, string expected) => EncodedWords.Decode(header).ShouldBe(expected);

    [Fact]
    public void Read_HeaderOverSeveralLines_IsOneLine() =>
        Read("Subject: one\n two\n\tthree\n\nbody").Subject.ShouldBe("one two three");

    [Theory]
    [InlineData("")]
    [InlineData("no header at all")]
    [InlineData("Content-Type: multipart/mixed\n\n--x\n\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=x\n\n--x")]
    [InlineData("Content-Type: multipart/mixed; boundary=x\n\n--x\n--x--")]
    [InlineData("Content-Type: text/plain; charset=unheard-of\nContent-Transfer-Encoding: base64\n\n*")]
    [InlineData("Content-Transfer-Encoding: quoted-printable\n\n=\n=Z=4")]
    public void Read_BrokenMail_DoesNotFail(string mail) => Should.NotThrow(() => Read(mail));

    [Fact]
    public void Read_AnyBytes_DoesNotFail() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll<byte[]>(bytes =>
        MimeMessage.Read([.. "Content-Type: multipart/mixed; boundary=\"\0\"\r\n\r\n"u8, .. bytes]).Html is not null));

    [Fact]
    public void Read_NestedWithoutEnd_StopsAtItsDepth()
    {
        var nested = string.Concat(Enumerable.Range(0, 200).Select(depth => $"Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n"));
        Read(nested + "\ntext").ShouldNotBeNull();
    }

    [Fact]
    public void Decode_Base64OfAnyBytes_GivesThemBack() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll<byte[]>(bytes =>
        Base64Text.Decode(Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks))).SequenceEqual(bytes)));

    [Fact]
    public void Decode_QuotedPrintableOfAnyBytes_GivesThemBack() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll<byte[]>(bytes =>
        QuotedPrintable.Decode(Encoding.ASCII.GetBytes(string.Concat(bytes.Select(octet => $"={octet:X2}=\r\n")))).SequenceEqual(bytes)));

    private static MimeMessage Read(string mail) => MimeMessage.Read(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n")));
}
