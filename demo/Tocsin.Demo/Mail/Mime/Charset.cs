using System.Text;

namespace Tocsin.Demo.Mail.Mime;

/// <summary>Bytes to text by the name of a character set; an unknown name is read as UTF-8.</summary>
internal static class Charset
{
    public static string Decode(string name, byte[] bytes) => Find(name).GetString(bytes);

    private static Encoding Find(string name)
    {
        if (name.Length == 0 || name.Equals("us-ascii", StringComparison.OrdinalIgnoreCase)) return Encoding.UTF8;
        try { return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name); }
        catch (Exception error) when (error is ArgumentException or NotSupportedException) { return Encoding.UTF8; }
    }
}
