using Tocsin.Storage;

namespace Tocsin.Crash;

/// <summary>Takes a data directory and keeps it until its input ends.</summary>
internal static class Hold
{
    public static int Run(string path)
    {
        if (!DataDirectory.Take(path).TryGet(out var data, out var error))
        {
            Console.WriteLine(error);
            return 1;
        }
        using (data)
        {
            Console.WriteLine("held");
            Console.ReadLine();
        }
        return 0;
    }
}
