namespace CodexProxy.Fuzz.Inputs;

/// <summary>Faults that know nothing of what the bytes mean.</summary>
internal static class ByteFaults
{
    private static readonly byte[][] Pieces =
    [
        [0xC3],
        [0xED, 0xA0, 0x80],
        [0xF0, 0x9F],
        [0xFF, 0xFE],
        [0xEF, 0xBB, 0xBF],
        [0],
        [(byte)'\n'],
        [(byte)'\r'],
        "\r\n\r\n"u8.ToArray(),
        "\n\n"u8.ToArray(),
        "\""u8.ToArray(),
        "\\"u8.ToArray(),
        "{"u8.ToArray(),
        "]"u8.ToArray(),
        ","u8.ToArray(),
        "data:"u8.ToArray(),
        "event: error\n"u8.ToArray(),
        ": x\n"u8.ToArray(),
        "\\u0000"u8.ToArray(),
        "\\ud83d"u8.ToArray(),
        "1e999"u8.ToArray(),
    ];

    /// <summary>Copies bytes with one to three faults.</summary>
    public static byte[] Apply(ReadOnlySpan<byte> bytes, Dice dice)
    {
        var changed = bytes.ToArray();
        for (var times = 1 + dice.Below(3); times > 0; times--)
        {
            changed = One(changed, dice);
        }

        return changed;
    }

    private static byte[] One(byte[] bytes, Dice dice)
    {
        var at = dice.Below(bytes.Length);
        var length = Math.Min(bytes.Length - at, 1 + dice.Below(dice.OneIn(3) ? 40 : 3));
        switch (dice.Below(6))
        {
            case 0 when bytes.Length > 0:
                bytes[at] ^= (byte)(1 << dice.Below(8));
                return bytes;
            case 1 when bytes.Length > 0:
                bytes[at] = (byte)dice.Below(256);
                return bytes;
            case 2:
                return [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at + length)];
            case 3:
                return [.. bytes.AsSpan(0, at + length), .. bytes.AsSpan(at)];
            case 4:
                return bytes[..at];
            default:
                return [.. bytes.AsSpan(0, at), .. dice.Pick(Pieces), .. bytes.AsSpan(at)];
        }
    }
}
