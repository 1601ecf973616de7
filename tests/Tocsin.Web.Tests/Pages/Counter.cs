namespace Tocsin.Web.Tests.Pages;

/// <summary>Something that differs on each rendering.</summary>
internal static class Counter
{
    private static int last;
    public static int Next() => Interlocked.Increment(ref last);
}
