using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CodexProxy.Protocol.Json;
using FsCheck;
using FsCheck.Fluent;

namespace CodexProxy.Protocol.Tests.Json;

public sealed class MinimalEncoderTests
{
    private static readonly JavaScriptEncoder Encoder = Wire.WriterOptions.Encoder!;

    [Theory]
    [InlineData("é / ✓ 안녕 <&>'+", "\"é / ✓ 안녕 <&>'+\"")]
    [InlineData("😀 and \"quotes\" \\", "\"😀 and \\\"quotes\\\" \\\\\"")]
    [InlineData("a\n\t\u0001", "\"a\\n\\t\\u0001\"")]
    public void Only_what_must_be_escaped_is(string text, string expected) => Write(text).ShouldBe(expected);

    [Fact]
    public void A_lone_surrogate_is_replaced() => Write("a\ud83db").ShouldBe("\"a\uFFFDb\"");

    [Fact]
    public void Whatever_is_written_reads_as_the_same_text() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<string?>(),
                text =>
                {
                    var sane = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));
                    using var document = JsonDocument.Parse(Write(sane));
                    return document.RootElement.GetString() == sane;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Room_that_runs_out_anywhere_changes_nothing()
    {
        const string Text = "plain 😀😀 \"quoted\"\n안녕\\ and a long tail of plain text 😀";
        for (var room = Encoder.MaxOutputCharactersPerInputCharacter; room < 60; room++)
        {
            var written = new StringBuilder();
            var rest = Text.AsSpan();
            var buffer = new char[room];
            while (rest.Length > 0)
            {
                Encoder.Encode(rest, buffer, out var consumed, out var count);
                consumed.ShouldBePositive();
                written.Append(buffer, 0, count);
                rest = rest[consumed..];
            }

            $"\"{written}\"".ShouldBe(Write(Text), $"room for {room}");
        }
    }

    [Fact]
    public void Half_a_pair_waits_for_its_other_half()
    {
        var buffer = new char[16];

        var status = Encoder.Encode("ab\ud83d", buffer, out var consumed, out var written, false);

        status.ShouldBe(OperationStatus.NeedMoreData);
        consumed.ShouldBe(2);
        written.ShouldBe(2);
    }

    [Fact]
    public void Compact_json_keeps_order_and_text()
    {
        using var document = JsonDocument.Parse("""{ "z": 1.50, "a": [ "😀\u00e9\/" , null ] }""");

        CompactJson.Write(document.RootElement).ShouldBe("""{"z":1.50,"a":["😀é/",null]}""");
    }

    private static string Write(string text)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Wire.WriterOptions))
        {
            writer.WriteStringValue(text);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
