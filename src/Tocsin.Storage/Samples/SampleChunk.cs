using Tocsin.Kernel.Ports;

namespace Tocsin.Storage;

/// <summary>Up to 120 samples of one series in a few bytes each.</summary>
/// <remarks>
/// Per sample: one number (varint) whose lowest bit says "verdict follows" and whose rest is the delta of delta of the time
/// in ms (zigzag); the verdict, only when it differs from the one before: one byte of outcome (2 bits), re-probe (1 bit)
/// and "a reason follows" (1 bit), then the reason when not 0; the difference of the duration in units of 8 µs (zigzag
/// varint). Times are exact to the millisecond, durations to 8 µs. The first sample is told as if after a good one at 0.
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
        var bytes = new List<byte>(samples.Count * 4);
        long at = 0, delta = 0, duration = 0;
        var verdict = default(Verdict);
        foreach (var sample in samples)
        {
            var (ms, units) = (sample.At.ToUnixTimeMilliseconds(), sample.DurationUs / 8L);
            var own = new Verdict(sample.Outcome, sample.Reason, sample.IsReprobe);
            WriteVarint(bytes, (Zigzag(ms - at - delta) << 1) | (own == verdict ? 0UL : 1UL));
            if (own != verdict) own.Write(bytes);
            WriteVarint(bytes, Zigzag(units - duration));
            (delta, at, duration, verdict) = (at == 0 ? 0 : ms - at, ms, units, own);
        }
        return [.. bytes];
    }

    /// <exception cref="FormatException">The bytes are not what <see cref="Write"/> writes: the file is damaged.</exception>
    public static List<Sample> Read(ReadOnlySpan<byte> bytes)
    {
        var samples = new List<Sample>(SamplesMax);
        long at = 0, delta = 0, duration = 0;
        var verdict = default(Verdict);
        while (bytes.Length > 0)
        {
            var first = ReadVarint(ref bytes);
            // Damaged bytes may name any number: it wraps here and is refused below.
            var ms = unchecked(at + delta + Unzigzag(first >> 1));
            if ((first & 1) != 0) verdict = Verdict.Read(ref bytes);
            duration = unchecked(duration + Unzigzag(ReadVarint(ref bytes)));
            if (ms < MsMin || ms > MsMax || duration is < 0 or > UnitsMax || samples.Count == SamplesMax)
            {
                throw new FormatException("a sample chunk holds what no probe can have measured");
            }
            samples.Add(new Sample(DateTimeOffset.FromUnixTimeMilliseconds(ms), verdict.Outcome, verdict.Reason,
                (int)(duration * 8), verdict.IsReprobe));
            (delta, at) = (at == 0 ? 0 : unchecked(ms - at), ms);
        }
        return samples;
    }

    private readonly record struct Verdict(Outcome Outcome, byte Reason, bool IsReprobe)
    {
        public void Write(List<byte> bytes)
        {
            bytes.Add((byte)((int)Outcome | (IsReprobe ? 0b100 : 0) | (Reason != 0 ? HasReason : 0)));
            if (Reason != 0) bytes.Add(Reason);
        }

        public static Verdict Read(ref ReadOnlySpan<byte> bytes)
        {
            var flags = TakeByte(ref bytes);
            return new Verdict((Outcome)(flags & 0b11), (flags & HasReason) != 0 ? TakeByte(ref bytes) : (byte)0, (flags & 0b100) != 0);
        }
    }

    private static ulong Zigzag(long value) => unchecked((ulong)((value << 1) ^ (value >> 63)));

    private static long Unzigzag(ulong value) => unchecked((long)(value >> 1) ^ -(long)(value & 1));

    private static void WriteVarint(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)((value & 0x7F) | 0x80));
        bytes.Add((byte)value);
    }

    private static ulong ReadVarint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = TakeByte(ref bytes);
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
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
