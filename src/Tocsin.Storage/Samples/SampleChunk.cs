using Tocsin.Kernel.Ports;

namespace Tocsin.Storage;

/// <summary>Up to 120 samples of one series in a few bytes each.</summary>
/// <remarks>
/// Per sample: delta of delta of the time in ms (zigzag varint), one byte of outcome (2 bits), re-probe (1 bit) and "a
/// reason follows" (1 bit), the reason when not 0, and the difference of the duration in units of 8 µs (zigzag varint).
/// Times are exact to the millisecond, durations to 8 µs.
/// </remarks>
internal static class SampleChunk
{
    public const int SamplesMax = 120;
    private const int HasReason = 0b1000;
    private const long UnitsMax = int.MaxValue / 8;
    private static readonly long MsMin = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long MsMax = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static byte[] Write(IReadOnlyList<Sample> samples)
    {
        var bytes = new List<byte>(samples.Count * 5);
        long at = 0, delta = 0, duration = 0;
        foreach (var sample in samples)
        {
            var ms = sample.At.ToUnixTimeMilliseconds();
            WriteVarint(bytes, ms - at - delta);
            (delta, at) = (at == 0 ? 0 : ms - at, ms);
            bytes.Add((byte)((int)sample.Outcome | (sample.IsReprobe ? 0b100 : 0) | (sample.Reason != 0 ? HasReason : 0)));
            if (sample.Reason != 0) bytes.Add(sample.Reason);
            long units = sample.DurationUs / 8;
            WriteVarint(bytes, units - duration);
            duration = units;
        }
        return [.. bytes];
    }

    /// <exception cref="FormatException">The bytes are not what <see cref="Write"/> writes: the file is damaged.</exception>
    public static List<Sample> Read(ReadOnlySpan<byte> bytes)
    {
        var samples = new List<Sample>(SamplesMax);
        long at = 0, delta = 0, duration = 0;
        while (bytes.Length > 0)
        {
            // Damaged bytes may name any number: it wraps here and is refused below.
            var ms = unchecked(at + delta + ReadVarint(ref bytes));
            (delta, at) = (at == 0 ? 0 : unchecked(ms - at), ms);
            var flags = TakeByte(ref bytes);
            var reason = (flags & HasReason) != 0 ? TakeByte(ref bytes) : (byte)0;
            duration = unchecked(duration + ReadVarint(ref bytes));
            if (ms < MsMin || ms > MsMax || duration is < 0 or > UnitsMax || samples.Count == SamplesMax)
            {
                throw new FormatException("a sample chunk holds what no probe can have measured");
            }
            samples.Add(new Sample(DateTimeOffset.FromUnixTimeMilliseconds(ms), (Outcome)(flags & 0b11), reason,
                (int)(duration * 8), (flags & 0b100) != 0));
        }
        return samples;
    }

    private static void WriteVarint(List<byte> bytes, long value)
    {
        var zigzag = unchecked((ulong)((value << 1) ^ (value >> 63)));
        for (; zigzag >= 0x80; zigzag >>= 7) bytes.Add((byte)((zigzag & 0x7F) | 0x80));
        bytes.Add((byte)zigzag);
    }

    private static long ReadVarint(ref ReadOnlySpan<byte> bytes)
    {
        ulong zigzag = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = TakeByte(ref bytes);
            zigzag |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return unchecked((long)(zigzag >> 1) ^ -(long)(zigzag & 1));
        }
        throw new FormatException("a number of a sample chunk does not end");
    }

    private static byte TakeByte(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0) throw new FormatException("a sample chunk ends inside a sample");
        var first = bytes[0];
        bytes = bytes[1..];
        return first;
    }
}
