using System.Text.Json;
using CodexProxy.Protocol.ChatUpstream;
using CodexProxy.Protocol.Failures;
using static CodexProxy.Protocol.Tests.ChatUpstream.ChatUpstreamFixture;

namespace CodexProxy.Protocol.Tests.ChatUpstream;

/// <summary>What upstreams do that the form does not say.</summary>
public sealed class ChatUpstreamReaderTests
{
    [Theory]
    // Without indices, by their ids.
    [InlineData(
        """[{"id":"a","function":{"name":"f","arguments":"{"}}]|[{"function":{"arguments":"}"}}]|[{"id":"b","function":{"name":"g","arguments":"{}"}}]""",
        "a f {}|b g {}"
    )]
    // One index for several calls.
    [InlineData(
        """[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]|[{"index":0,"id":"b","function":{"name":"f","arguments":"{}"}}]""",
        "a f {}|b f {}"
    )]
    // Arguments before the name, and as an object.
    [InlineData(
        """[{"index":0,"id":"a","function":{"arguments":"{\"x\""}}]|[{"index":0,"function":{"name":"f","arguments":":1}"}}]|[{"index":1,"id":"b","function":{"name":"g","arguments":{"y":2}}}]""",
        """a f {"x":1}|b g {"y":2}"""
    )]
    // No arguments at all.
    [InlineData("""[{"index":0,"id":"a","function":{"name":"f"}}]""", "a f {}")]
    // A call of nothing, without a name and without input, is none.
    [InlineData("""[{"index":0,"id":"a","function":{"arguments":""}}]""", "")]
    public void Calls_are_put_together(string pieces, string expected)
    {
        var chunks = pieces
            .Split('|')
            .Select(piece => "{\"choices\":[{\"delta\":{\"tool_calls\":" + piece + "}}]}")
            .Append("""{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}""");

        string.Join('|', Output(Events(chunks)).Select(Call)).ShouldBe(expected);
    }

    [Fact]
    public void Calls_without_ids_get_ids_of_their_own()
    {
        var ids = Output(
                Events([
                    """{"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":"{}"}},{"function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}""",
                ])
            )
            .Select(item => item.GetProperty("call_id").GetString()!)
            .ToList();

        ids.Count.ShouldBe(2);
        ids.Distinct().Count().ShouldBe(2);
        ids.ShouldAllBe(id => id.StartsWith("call_"));
    }

    [Fact]
    public void The_oldest_form_of_a_call_is_read()
    {
        var events = Events([
            """{"choices":[{"delta":{"function_call":{"name":"f","arguments":"{\"a\""}}}]}""",
            """{"choices":[{"delta":{"function_call":{"arguments":":1}"}},"finish_reason":"function_call"}]}""",
        ]);

        Output(events)[0].GetProperty("arguments").GetString().ShouldBe("""{"a":1}""");
    }

    [Fact]
    public void A_whole_message_after_its_pieces_is_not_said_twice()
    {
        var events = Events([
            """{"choices":[{"delta":{"content":"Hi"}}]}""",
            """{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}""",
        ]);

        Output(events).Count.ShouldBe(1);
        events.Count(json => json.Contains("output_text.delta")).ShouldBe(1);
    }

    [Fact]
    public void An_empty_reason_of_the_end_is_none()
    {
        var cut = Events(["""{"choices":[{"delta":{"content":"Half"},"finish_reason":""}]}"""]);

        cut.ShouldNotContain(json => json.Contains("response.completed"));
    }

    [Fact]
    public void Input_of_a_call_without_a_name_is_not_lost_in_silence()
    {
        var events = Events([
            """{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"arguments":"{}"}}]}}]}""",
            """{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}""",
        ]);

        FailureReader.FromEvent(Parse(events[^1])).Kind.ShouldBe(FailureKind.ServerError);
    }

    [Fact]
    public void Content_may_come_as_parts()
    {
        var events = Events([
            """{"choices":[{"message":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm"}]},{"type":"text","text":"Hi"}]},"finish_reason":"stop"}]}""",
        ]);

        Output(events).Select(item => item.GetProperty("type").GetString()).ShouldBe(["reasoning", "message"]);
    }

    [Theory]
    [InlineData("""{"error":{"message":"Slow down","code":429}}""", FailureKind.RateLimited)]
    [InlineData("""{"error":{"message":"No credits","code":402}}""", FailureKind.Billing)]
    [InlineData("""{"error":{"message":"x","code":"context_length_exceeded"}}""", FailureKind.ContextOverflow)]
    [InlineData("""{"error":"gone"}""", FailureKind.ServerError)]
    [InlineData("""{"choices":[{"error":{"message":"x","code":503}}]}""", FailureKind.Overloaded)]
    [InlineData("""{"choices":[{"delta":{},"finish_reason":"error"}]}""", FailureKind.ServerError)]
    public void An_error_in_the_stream_is_a_failure_of_its_kind(string chunk, FailureKind kind)
    {
        var last = Events([chunk, """{"choices":[{"delta":{"content":"more"},"finish_reason":"stop"}]}"""])[^1];

        FailureReader.FromEvent(Parse(last)).Kind.ShouldBe(kind);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[1]")]
    public void What_cannot_be_read_is_passed_on_to_be_noted(string chunk)
    {
        Events([chunk])[^1].ShouldBe(chunk);
    }

    [Fact]
    public void Half_a_character_is_replaced() =>
        Events(["""{"choices":[{"delta":{"content":"a\ud800"}}]}"""])
            .ShouldContain(json => json.Contains("\"delta\":\"a\ufffd\"", StringComparison.Ordinal));

    [Fact]
    public void Nothing_follows_an_error_not_even_of_the_same_chunk() =>
        Parse(
                Events([
                    """{"choices":[{"finish_reason":"error"},{"delta":{"content":"a"},"finish_reason":"stop"}]}""",
                ])[^1]
            )
            .GetProperty("type")
            .GetString()
            .ShouldBe("error");

    [Fact]
    public void Reasoning_survives_its_wrapping_and_nothing_else_is_taken_for_it()
    {
        OpenReasoning.Unwrap(OpenReasoning.Wrap("Ä 😀 \n")).ShouldBe("Ä 😀 \n");
        OpenReasoning.Unwrap("gAAAAabc").ShouldBeNull();
        OpenReasoning.Unwrap("chat1.%%%").ShouldBeNull();
    }

    private static List<JsonElement> Output(List<string> events) =>
        [.. Parse(events[^1]).GetProperty("response").GetProperty("output").EnumerateArray()];

    private static string Call(JsonElement item) =>
        $"{item.GetProperty("call_id").GetString()} {item.GetProperty("name").GetString()} {item.GetProperty("arguments").GetString()}";
}
