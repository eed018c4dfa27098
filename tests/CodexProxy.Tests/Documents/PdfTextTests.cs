using System.IO.Compression;
using System.Text;
using CodexProxy.Documents;

namespace CodexProxy.Tests.Documents;

public sealed class PdfTextTests
{
    [Fact]
    public void Plain_and_deflated_pages_are_read_in_order()
    {
        var pdf = Pdf(
            Stream("BT (First \\(page\\)) Tj T* (line two) Tj ET"),
            Deflated("BT [(Sec) 20 (ond) -300 (page)] TJ ET")
        );

        PdfText.ReadPages(pdf).ShouldBe(["First (page)\nline two", "Second page"]);
    }

    [Theory]
    [InlineData("not a pdf")]
    [InlineData("%PDF-1.7\n/Encrypt 1 0 R")]
    [InlineData("%PDF-1.7\nno streams")]
    public void What_cannot_be_read_is_said_to_be_so(string text) =>
        PdfText
            .ReadPages("data:application/pdf;base64," + Convert.ToBase64String(Encoding.Latin1.GetBytes(text)))
            .ShouldBeNull();

    [Fact]
    public void Broken_base64_is_no_file() => PdfText.ReadPages("data:application/pdf;base64,***").ShouldBeNull();

    private static string Pdf(params byte[][] streams) =>
        "data:application/pdf;base64,"
        + Convert.ToBase64String([.. "%PDF-1.4\n"u8, .. streams.SelectMany(stream => stream), .. "%%EOF"u8]);

    private static byte[] Stream(string content) =>
        Encoding.Latin1.GetBytes($"1 0 obj\n<< /Length {content.Length} >>\nstream\n{content}\nendstream\nendobj\n");

    private static byte[] Deflated(string content)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(Encoding.Latin1.GetBytes(content));
        }

        return
        [
            .. Encoding.Latin1.GetBytes($"2 0 obj\n<< /Filter /FlateDecode /Length {packed.Length} >>\nstream\n"),
            .. packed.ToArray(),
            .. "\nendstream\nendobj\n"u8,
        ];
    }
}
