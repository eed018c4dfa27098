using System.Buffers.Binary;
using CodexProxy.Protocol.Models;

namespace CodexProxy.Protocol.Tokens;

/// <summary>What an image costs, from the size in its header.</summary>
public static class ImageTokens
{
    // An image nobody can measure: at a URL, or with a header that cannot be read.
    private const int Unknown = 1000;
    private const int Patch = 32;
    private const int PatchCap = 1536;
    private const int OriginalPatchCap = 2500;

    // Where the size stands is within the first kilobytes, except behind long metadata of a JPEG.
    private const int HeaderChars = 256 * 1024;

    /// <summary>Tokens of an image given as data URL or address.</summary>
    public static int Count(string imageUrl, CodexModel model)
    {
        if (Header(imageUrl) is not { } header || Size(header) is not (> 0 and var width, > 0 and var height))
        {
            return Unknown;
        }

        var cap = model.OriginalImageDetail ? OriginalPatchCap : PatchCap;
        var factor = model.Slug.Contains("mini", StringComparison.Ordinal) ? 1.62 : 1.0;
        return (int)Math.Ceiling(Patches(width, height, cap) * factor);
    }

    /// <summary>Width and height from the header of a PNG, JPEG, GIF or WebP; null when it cannot be read.</summary>
    public static (int Width, int Height)? Size(ReadOnlySpan<byte> header)
    {
        if (header.Length > 24 && header[1..4].SequenceEqual("PNG"u8))
        {
            return (
                BinaryPrimitives.ReadInt32BigEndian(header[16..]),
                BinaryPrimitives.ReadInt32BigEndian(header[20..])
            );
        }

        if (header.Length > 10 && header.StartsWith("GIF8"u8))
        {
            return (
                BinaryPrimitives.ReadUInt16LittleEndian(header[6..]),
                BinaryPrimitives.ReadUInt16LittleEndian(header[8..])
            );
        }

        if (header.Length > 30 && header.StartsWith("RIFF"u8) && header[8..12].SequenceEqual("WEBP"u8))
        {
            return WebP(header);
        }

        return header.Length > 4 && header[0] == 0xFF && header[1] == 0xD8 ? Jpeg(header) : null;
    }

    private static double Patches(int width, int height, int cap)
    {
        var patches = Math.Ceiling(width / (double)Patch) * Math.Ceiling(height / (double)Patch);
        if (patches <= cap)
        {
            return patches;
        }

        // Scaled down until the patches fit; whole patches are rounded up at the border.
        var scale = Math.Sqrt((double)cap * Patch * Patch / ((double)width * height));
        return Math.Min(cap, Math.Ceiling(width * scale / Patch) * Math.Ceiling(height * scale / Patch));
    }

    private static byte[]? Header(string imageUrl)
    {
        var comma = imageUrl.StartsWith("data:", StringComparison.Ordinal) ? imageUrl.IndexOf(',') : -1;
        if (comma < 0)
        {
            return null;
        }

        var base64 = imageUrl.AsSpan(comma + 1);
        base64 = base64[..Math.Min(base64.Length, HeaderChars)];
        base64 = base64[..(base64.Length / 4 * 4)];
        var bytes = new byte[base64.Length / 4 * 3];
        return Convert.TryFromBase64Chars(base64, bytes, out var count) ? bytes[..count] : null;
    }

    private static (int Width, int Height)? WebP(ReadOnlySpan<byte> header)
    {
        var kind = header[12..16];
        if (kind.SequenceEqual("VP8X"u8))
        {
            return (
                1 + (header[24] | (header[25] << 8) | (header[26] << 16)),
                1 + (header[27] | (header[28] << 8) | (header[29] << 16))
            );
        }

        if (kind.SequenceEqual("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(header[21..]);
            return ((int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1);
        }

        return (
            BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) & 0x3FFF,
            BinaryPrimitives.ReadUInt16LittleEndian(header[28..]) & 0x3FFF
        );
    }

    private static (int Width, int Height)? Jpeg(ReadOnlySpan<byte> header)
    {
        var at = 2;
        while (at + 9 < header.Length)
        {
            if (header[at] != 0xFF)
            {
                return null;
            }

            var marker = header[at + 1];
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return (
                    BinaryPrimitives.ReadUInt16BigEndian(header[(at + 7)..]),
                    BinaryPrimitives.ReadUInt16BigEndian(header[(at + 5)..])
                );
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(header[(at + 2)..]);
        }

        return null;
    }
}
