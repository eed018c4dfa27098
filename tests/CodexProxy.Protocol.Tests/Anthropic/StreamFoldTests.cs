using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Tests.Translation;
using static CodexProxy.Protocol.Tests.Translation.ResponseWire;

namespace CodexProxy.Protocol.Tests.Anthropic;

/// <summary>Whole messages are folded streams.</summary>
public sealed class StreamFoldTests
{
    [Fact]
    public void A_message_is_written_with_every_key()
    {
        var context = ResponseFixtures.Context() with { ThinkingRequested = true, FastRequested = true };
        var run = new ResponseRun(context).Accept([
            Created,
            .. Reasoning(0, "Think"),
            TextDelta(1, "See it"),
            Cite(1, "https://a.example/", 0, 3),
            MessageDone(1, "See it"),
            .. Call(2, "{\"a\": 1}"),
            """{"type":"response.completed","response":{"service_tier":"priority","usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":60,"cache_write_tokens":30},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":2}}}}""",
        ]);

        ResponseFixtures
            .WriteMessage(run.Message)
            .ShouldBe(
                """{"id":"msg_01ID","type":"message","role":"assistant","model":"gpt-5.6-sol","content":[{"type":"thinking","thinking":"Think","signature":"SIGNATURE"},{"type":"text","text":"See it","citations":[{"type":"web_search_result_location","cited_text":"See","url":"https://a.example/","title":"T","encrypted_index":"cxi1_aHR0cHM6Ly9hLmV4YW1wbGUv"}]},{"type":"tool_use","id":"toolu_2","name":"Read","input":{"a": 1},"caller":{"type":"direct"}}],"stop_reason":"tool_use","stop_sequence":null,"stop_details":null,"container":null,"diagnostics":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":30,"cache_read_input_tokens":60,"cache_creation":{"ephemeral_5m_input_tokens":30,"ephemeral_1h_input_tokens":0},"output_tokens":5,"output_tokens_details":{"thinking_tokens":2},"server_tool_use":null,"service_tier":"priority","inference_geo":null,"speed":"fast"}}"""
                    .Replace("msg_01ID", run.Message.Id, StringComparison.Ordinal)
                    .Replace(
                        "SIGNATURE",
                        ((MessageBlock.Thinking)run.Message.Content[0]).Signature,
                        StringComparison.Ordinal
                    )
            );
    }

    [Fact]
    public void A_refusal_and_search_blocks_are_written_whole()
    {
        var context = ResponseFixtures.Context() with { WebFetchRequested = true };
        var run = new ResponseRun(context).Accept(
            SearchDone(0, """{"type":"open_page","url":"https://a.example/"}"""),
            Failed("cyber_policy", "No.")
        );

        var json = ResponseFixtures.WriteMessage(run.Message);
        json.ShouldContain(
            """{"type":"server_tool_use","id":"srvtoolu_0","name":"web_fetch","input":{"url":"https://a.example/"},"caller":{"type":"direct"}}"""
        );
        json.ShouldContain(
            """{"type":"web_fetch_tool_result","tool_use_id":"srvtoolu_0","content":{"type":"web_fetch_result","url":"https://a.example/","content":{"type":"document","source":{"type":"text","media_type":"text/plain","data":""},"title":null,"citations":null},"retrieved_at":null},"caller":{"type":"direct"}}"""
        );
        json.ShouldContain("\"stop_details\":{\"type\":\"refusal\",\"category\":\"cyber\",\"explanation\":\"No.\"}");
    }

    [Theory]
    [InlineData("", "{}")]
    [InlineData("  ", "{}")]
    [InlineData("{\"a\":1}", "{\"a\":1}")]
    [InlineData("\"text\"", "\"text\"")]
    [InlineData("{\"a\":[1,{\"b\":\"c", "{\"a\":[1,{\"b\":\"c\"}]}")]
    [InlineData("{\"a\":\"x\\", "{\"a\":\"x\"}")]
    [InlineData("{\"a\":\"x\\\\", "{\"a\":\"x\\\\\"}")]
    public void An_input_that_lacks_its_end_is_repaired(string input, string repaired)
    {
        ToolInputRepair.TryRepair(input, out var result).ShouldBeTrue();
        result.ShouldBe(repaired);
    }

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":1}}")]
    [InlineData("not json")]
    public void An_input_that_lacks_more_makes_the_message_fail_by_name(string input)
    {
        ToolInputRepair.TryRepair(input, out var result).ShouldBeFalse();
        result.ShouldBe(input);

        var accumulator = new MessageAccumulator();
        foreach (var e in new ResponseRun().Accept([.. Call(0, input), Completed]).Output)
        {
            accumulator.Accept(e);
        }

        accumulator.TryFinish(out var message, out var invalidInput).ShouldBeFalse();
        message.ShouldBeNull();
        invalidInput.ShouldBe("Read");
    }

    [Fact]
    public void A_stream_that_has_not_ended_is_no_message()
    {
        var accumulator = new MessageAccumulator();
        var run = new ResponseRun().Accept(TextDelta(0, "Half"));
        run.Translator.WriteError(ClientError.Passing(500, "api_error", "gone"), run.Output);
        foreach (var e in run.Output)
        {
            accumulator.Accept(e);
        }

        accumulator.TryFinish(out _, out var invalidInput).ShouldBeFalse();
        invalidInput.ShouldBeNull();
        accumulator.Error!.Message.ShouldBe("gone");
    }
}
