using System.Buffers;
using System.Text;

namespace CodexProxy.Fuzz.Inputs;

/// <summary>Values that readers stumble over.</summary>
internal static class Scalars
{
    private static readonly byte[][] Odd =
    [
        .. new[]
        {
            "null",
            "true",
            "false",
            "0",
            "-0",
            "-1",
            "1",
            "7",
            "1.5",
            "1e400",
            "-1e400",
            "1e-400",
            "2147483647",
            "2147483648",
            "-2147483649",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999999999999999999999999",
            "0.1e1",
            "\"\"",
            "\" \"",
            "\"\\u0000\"",
            "\"\\ud83d\"",
            "\"\\ude00\"",
            "\"a\\ud83d\\u0020b\\ude00\\ud83d\\ude00\"",
            "\"\\r\\n\\u2028\"",
            "\"\U0001F600\"",
            "\"é\"",
            "\"[DONE]\"",
            "\"data: x\\n\\n\"",
            "\"call_1\"",
            "\"toolu_01\"",
            "\"data:image/png;base64,iVBORw0KGgo=\"",
            "\"data:image/png;base64,@@@\"",
            "\"data:;base64,\"",
            "\"2026-01-01T00:00:00Z\"",
            "\"0000-99-99T99:99:99Z\"",
            "\"#/definitions/a\"",
            "\"#\"",
            "\"(a+)+$\"",
            "[]",
            "{}",
            "[[]]",
            "[{}]",
            "[null]",
            "{\"type\":\"text\"}",
            "{\"\":\"\"}",
            "{\"a\":1,\"a\":2}",
            "{\"$ref\":\"#\"}",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>Writes one of them; now and then a long text, a deep nest or a wide list.</summary>
    public static void Write(Dice dice, ArrayBufferWriter<byte> output)
    {
        switch (dice.Below(200))
        {
            case 0:
                Repeat(output, "\""u8, dice.Pick(Fillers), dice.Below(dice.OneIn(20) ? 20_000 : 600), "\""u8);
                break;
            case 1:
                var depth = dice.Below(dice.OneIn(4) ? 300 : 40);
                Repeat(output, ""u8, "["u8, depth, ""u8);
                Repeat(output, ""u8, "]"u8, depth, ""u8);
                break;
            case 2:
                depth = dice.Below(dice.OneIn(4) ? 300 : 40);
                Repeat(output, ""u8, "{\"properties\":{\"a\":"u8, depth, "1"u8);
                Repeat(output, ""u8, "}}"u8, depth, ""u8);
                break;
            case 3:
                Repeat(output, "["u8, "{},"u8, dice.Below(dice.OneIn(20) ? 5000 : 200), "1]"u8);
                break;
            default:
                output.Write(dice.Pick(Odd));
                break;
        }
    }

    private static readonly byte[][] Fillers =
    [
        "a"u8.ToArray(),
        "{"u8.ToArray(),
        "\\\\"u8.ToArray(),
        "\\\""u8.ToArray(),
        " "u8.ToArray(),
        "\\ud83d"u8.ToArray(),
        "é"u8.ToArray(),
        "[a]("u8.ToArray(),
        "<a>"u8.ToArray(),
        "a/b."u8.ToArray(),
        "\\n\\n"u8.ToArray(),
    ];

    private static void Repeat(
        ArrayBufferWriter<byte> output,
        ReadOnlySpan<byte> before,
        ReadOnlySpan<byte> what,
        int times,
        ReadOnlySpan<byte> after
    )
    {
        output.Write(before);
        for (var i = 0; i < times; i++)
        {
            output.Write(what);
        }

        output.Write(after);
    }
}
