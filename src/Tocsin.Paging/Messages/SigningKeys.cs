using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tocsin.Kernel;

namespace Tocsin.Paging.Messages;

/// <summary>Keys for one purpose, kept as files: the newest signs, all verify.</summary>
/// <remarks>
/// Shape of a file: <c>PURPOSE-UNIXMILLISECONDS.key</c>, 32 random bytes, readable by the owner only. Immutable after
/// opening; safe for concurrent use. Two purposes share neither files nor signatures.
/// </remarks>
internal sealed class SigningKeys
{
    private const int KeyBytes = 32;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode DirectoryMode = FileMode | UnixFileMode.UserExecute;

    private readonly byte[] purpose;
    private readonly byte[][] newestFirst;

    private SigningKeys(string purpose, byte[][] newestFirst)
    {
        this.purpose = [.. Encoding.ASCII.GetBytes(purpose), 0];
        this.newestFirst = newestFirst;
    }

    /// <summary>Reads the keys of a purpose; makes the first one when there is none.</summary>
    /// <param name="directory">Such as <c>DATA/keys</c>; made when it is missing.</param>
    /// <param name="purpose">Shape: <c>[a-z]+</c>.</param>
    /// <exception cref="InvalidDataException">A file is not a key; it names the file and what to do.</exception>
    /// <exception cref="IOException">The directory cannot be read or written.</exception>
    public static SigningKeys Open(string directory, string purpose, TimeProvider clock, RandomNumberGenerator random)
    {
        if (FilesOf(directory, purpose).Length == 0) Add(directory, purpose, clock, random);
        return new SigningKeys(purpose, [.. FilesOf(directory, purpose).Select(Read)]);
    }

    /// <summary>Adds a key that signs from the next opening on, and deletes those replaced longer ago than the overlap.</summary>
    /// <param name="overlap">As long as signatures live.</param>
    public static void Rotate(
        string directory, string purpose, TimeSpan overlap, TimeProvider clock, RandomNumberGenerator random)
    {
        var before = FilesOf(directory, purpose);
        var oldest = (clock.GetUtcNow() - overlap).ToUnixTimeMilliseconds();
        Add(directory, purpose, clock, random);
        // A key was replaced when the next newer one was made.
        for (var i = 1; i < before.Length; i++)
        {
            if (CreatedAt(before[i - 1]) < oldest) File.Delete(before[i]);
        }
    }

    public byte[] Sign(ReadOnlySpan<byte> data) => Sign(newestFirst[0], data);

    /// <param name="mac">The signature or its beginning; at least 16 bytes.</param>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> mac)
    {
        if (mac.Length is < 16 or > HMACSHA256.HashSizeInBytes) return false;
        var isGenuine = false;
        // All keys are tried, in constant time each: the time tells nothing about which one was near.
        foreach (var key in newestFirst)
            isGenuine |= CryptographicOperations.FixedTimeEquals(Sign(key, data).AsSpan(0, mac.Length), mac);
        return isGenuine;
    }

    private byte[] Sign(byte[] key, ReadOnlySpan<byte> data)
    {
        byte[] separated = [.. purpose, .. data];
        return HMACSHA256.HashData(key, separated);
    }

    private static string[] FilesOf(string directory, string purpose)
    {
        Directory.CreateDirectory(directory);
        var files = Directory.GetFiles(directory, $"{purpose}-*.key");
        return [.. files.Where(file => CreatedAt(file) > 0).OrderByDescending(CreatedAt)];
    }

    private static long CreatedAt(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file.AsSpan());
        var digits = name[(name.IndexOf('-') + 1)..];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : 0;
    }

    private static byte[] Read(string file)
    {
        var key = File.ReadAllBytes(file);
        if (key.Length != KeyBytes)
        {
            throw new InvalidDataException($"{file} is not a key: {key.Length} bytes instead of {KeyBytes}. "
                + "Put it back from a backup, or delete it: links that were sent with it then stop working.");
        }
        Protect(file, FileMode); // a restored copy may be open to others
        return key;
    }

    private static void Add(string directory, string purpose, TimeProvider clock, RandomNumberGenerator random)
    {
        Protect(directory, DirectoryMode);
        var key = new byte[KeyBytes];
        random.GetBytes(key);
        var newest = FilesOf(directory, purpose).Select(CreatedAt).FirstOrDefault();
        // The clock may have been set back: the new key must still sort first.
        var at = Math.Max(clock.GetUtcNow().ToUnixTimeMilliseconds(), newest + 1);
        var file = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{purpose}-{at}.key"));
        var options = new FileStreamOptions { Mode = System.IO.FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = FileMode;
        using (var stream = new FileStream($"{file}.new", options))
        {
            stream.Write(key);
            stream.Flush(flushToDisk: true);
        }
        File.Move($"{file}.new", file);
        // Links are signed with it from now on: they must verify after the power failed, too.
        if (!OperatingSystem.IsWindows()) DirectorySync.Run(directory);
    }

    private static void Protect(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
    }
}
