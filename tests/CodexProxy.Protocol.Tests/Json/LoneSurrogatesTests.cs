using System.Text;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Errors;

namespace CodexProxy.Protocol.Tests.Json;

public sealed class LoneSurrogatesTests
{
    [Theory]
    [InlineData("""x\ud83d""", "x\ufffd")]
    [InlineData("""\uDC00b""", "\ufffdb")]
    [InlineData("""\ud83d\ud83d\ude00\ude00""", "\ufffd\ud83d\ude00\ufffd")]
    [InlineData("""\ud83d\\ude00""", "\ufffd\\ude00")]
    [InlineData("""\\ud83d \\\ud83d""", "\\ud83d \\\ufffd")]
    [InlineData("""\ud83d\n""", "\ufffd\n")]
    [InlineData("""\ud83d\ude00 \u00e9""", "\ud83d\ude00 \u00e9")]
    public void Half_a_character_is_replaced_and_nothing_else(string escaped, string text)
    {
        using var request = Read(escaped);

        request.Messages[0].Content[0].ShouldBeOfType<TextBlock>().Text.ShouldBe(text);
    }

    [Theory]
    [InlineData("""\ud83""")]
    [InlineData("""\ud83d\""")]
    public void What_is_no_json_is_refused(string escaped) =>
        Should.Throw<RequestRejectedException>(() => Read(escaped)).Error.Status.ShouldBe(400);

    [Fact]
    public void What_is_no_utf_8_is_refused() =>
        Should.Throw<RequestRejectedException>(() => MessagesRequest.Read(new byte[] { 0x22, 0xff, 0x22 }));

    private static MessagesRequest Read(string escaped) =>
        MessagesRequest.Read(
            Encoding.UTF8.GetBytes(
                $$$"""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"{{{escaped}}}"}]}"""
            )
        );
}
