using System.Text;
using CodexProxy.Documents;
using CodexProxy.Fuzz.Inputs;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.Tokens;

namespace CodexProxy.Fuzz.Targets;

/// <summary>Pictures and PDFs: their size, their pages and their text.</summary>
internal sealed class DocumentTarget() : FuzzTarget("document", 1, new DocumentSource())
{
    private static readonly CodexModel Model = CodexModel.Unknown("m");

    /// <inheritdoc/>
    public override bool Check(byte[] input)
    {
        var size = ImageTokens.Size(input);
        Holds(
            ImageTokens.Count($"data:image/png;base64,{Convert.ToBase64String(input)}", Model) >= 0,
            "less than nothing"
        );
        _ = ImageTokens.Count(Encoding.Latin1.GetString(input), Model);
        var url = $"data:application/pdf;base64,{Convert.ToBase64String(input)}";
        _ = PdfPages.Count(url);
        var pages = PdfText.ReadPages(url);
        return size is not null || pages is not null;
    }

    private sealed class DocumentSource : IInputSource
    {
        private static readonly byte[][] Samples =
        [
            [
                0x89,
                0x50,
                0x4E,
                0x47,
                0x0D,
                0x0A,
                0x1A,
                0x0A,
                0,
                0,
                0,
                13,
                0x49,
                0x48,
                0x44,
                0x52,
                0,
                0,
                1,
                0,
                0,
                0,
                2,
                0,
                8,
                6,
                0,
                0,
                0,
            ],
            [.. "GIF89a"u8, 10, 0, 20, 0, 0, 0, 0],
            [
                0xFF,
                0xD8,
                0xFF,
                0xE0,
                0,
                16,
                .. "JFIF"u8,
                0,
                1,
                1,
                0,
                0,
                1,
                0,
                1,
                0,
                0,
                0xFF,
                0xC0,
                0,
                17,
                8,
                0,
                100,
                0,
                200,
                3,
                1,
                0x22,
                0,
                2,
                0x11,
                1,
                3,
                0x11,
                1,
            ],
            [
                .. "RIFF"u8,
                0x24,
                0,
                0,
                0,
                .. "WEBPVP8 "u8,
                0x18,
                0,
                0,
                0,
                0x30,
                1,
                0,
                0x9D,
                1,
                0x2A,
                10,
                0,
                20,
                0,
                0,
                0,
                0,
                0,
            ],
            [.. "RIFF"u8, 0x24, 0, 0, 0, .. "WEBPVP8L"u8, 0x18, 0, 0, 0, 0x2F, 9, 0x40, 4, 0, 0, 0, 0, 0, 0, 0],
            [.. "RIFF"u8, 0x24, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 19, 0, 0],
            "%PDF-1.4\n1 0 obj << /Type /Pages /Count 2 >> endobj\n2 0 obj << /Length 44 >>\nstream\nBT /F1 12 Tf 10 10 Td (Hello \\(a\\) \\101) Tj T* [(W) -250 (orld)] TJ ET\nendstream\nendobj\n3 0 obj << /Type /Page >> endobj\n%%EOF"u8.ToArray(),
        ];

        private static readonly byte[][] Repeated =
        [
            "<<"u8.ToArray(),
            "<<a>>"u8.ToArray(),
            "BT "u8.ToArray(),
            "ET "u8.ToArray(),
            "("u8.ToArray(),
            "(a\\"u8.ToArray(),
            "-1"u8.ToArray(),
            "/Type /Page"u8.ToArray(),
            "/Type                "u8.ToArray(),
            "stream\n"u8.ToArray(),
            "<<>>stream\nBT ET\nendstream\n"u8.ToArray(),
            [0xFF, 0xE0, 0, 2],
        ];

        public byte[] Make(Dice dice)
        {
            var sample = dice.Pick(Samples);
            if (dice.OneIn(50))
            {
                var piece = dice.Pick(Repeated);
                var at = dice.Below(sample.Length);
                var times = dice.Below(dice.OneIn(20) ? 20_000 : 500);
                return
                [
                    .. sample.AsSpan(0, at),
                    .. Enumerable.Repeat(piece, times).SelectMany(b => b),
                    .. sample.AsSpan(at),
                ];
            }

            return ByteFaults.Apply(sample, dice);
        }
    }
}
