using System.Buffers;
using System.Text;
using CodexProxy.Protocol.Anthropic;

namespace CodexProxy.Protocol.Tests.Anthropic;

public sealed class StreamEventWriterTests
{
    [Fact]
    public void An_event_is_its_name_one_line_of_data_and_a_blank_line()
    {
        Write(new StreamEvent.TextDelta(3, "a\nb \"ü한\u2028"))
            .ShouldBe(
                "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":3,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\\nb \\\"ü한\u2028\"}}\n\n"
            );
    }

    [Fact]
    public void Every_event_has_its_type_as_name()
    {
        StreamEvent[] events =
        [
            new StreamEvent.MessageStart("msg_1", "m", new MessageUsage { InputTokens = 1, OutputTokens = 1 }),
            StreamEvent.Ping.Instance,
            new StreamEvent.BlockStart(0, new MessageBlock.Thinking()),
            new StreamEvent.ThinkingDelta(0, ""),
            new StreamEvent.SignatureDelta(0, "s"),
            new StreamEvent.InputJsonDelta(0, "{"),
            new StreamEvent.CitationsDelta(0, new Citation("c", "u", null, "i")),
            new StreamEvent.BlockStop(0),
            new StreamEvent.MessageDelta(
                "end_turn",
                null,
                null,
                new MessageUsage { InputTokens = 1, OutputTokens = 1 },
                []
            ),
            StreamEvent.MessageStop.Instance,
            new StreamEvent.Error("api_error", "m", "req_1"),
        ];
        foreach (var e in events)
        {
            var text = Write(e);
            var name = text["event: ".Length..text.IndexOf('\n')];
            text.ShouldStartWith($"event: {name}\ndata: {{\"type\":\"{name}\"");
            text.ShouldEndWith("}\n\n");
            text.Count(c => c == '\n').ShouldBe(3);
        }
    }

    [Fact]
    public void An_error_carries_the_request_id() =>
        Write(new StreamEvent.Error("overloaded_error", "Busy.", "req_1"))
            .ShouldBe(
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Busy.\"},\"request_id\":\"req_1\"}\n\n"
            );

    [Fact]
    public void Writing_a_delta_allocates_nothing()
    {
        using var writer = new StreamEventWriter();
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        var delta = new StreamEvent.TextDelta(0, "some text");
        writer.Write(buffer, delta);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            writer.Write(buffer, delta);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static string Write(StreamEvent e)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new StreamEventWriter();
        writer.Write(buffer, e);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
