using System.Text;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Tests.OpenAI;

public sealed class ResponseEventReaderTests
{
    [Fact]
    public void A_delta_is_read_with_its_members_in_any_order()
    {
        Read("""{"type":"response.output_text.delta","output_index":2,"content_index":1,"delta":"Hi"}""")
            .ShouldBe(new OutputTextDelta(new ItemKey(2), 1, "Hi", false));
        Read(
                """{"delta":"Hi","obfuscation":"x","content_index":1,"output_index":2,"type":"response.output_text.delta"}"""
            )
            .ShouldBe(new OutputTextDelta(new ItemKey(2), 1, "Hi", false));
    }

    [Fact]
    public void The_item_id_of_a_delta_is_read_only_when_there_is_no_index()
    {
        Read("""{"type":"response.function_call_arguments.delta","item_id":"fc_1","delta":"{"}""")
            .ShouldBe(new CallInputDelta(new ItemKey(null, "fc_1"), "{"));
        Read("""{"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":0,"delta":"{"}""")
            .ShouldBe(new CallInputDelta(new ItemKey(0), "{"));
    }

    [Theory]
    [InlineData("response.created", typeof(ResponseStarted))]
    [InlineData("response.in_progress", typeof(ResponseStarted))]
    [InlineData("response.queued", typeof(ResponseStarted))]
    [InlineData("response.completed", typeof(ResponseCompleted))]
    [InlineData("response.incomplete", typeof(ResponseIncomplete))]
    [InlineData("response.failed", typeof(ResponseFailed))]
    [InlineData("error", typeof(ErrorEvent))]
    [InlineData("codex.rate_limits", typeof(RateLimitsEvent))]
    [InlineData("codex.response.metadata", typeof(MetadataEvent))]
    [InlineData("response.metadata", typeof(MetadataEvent))]
    [InlineData("codex.something_else", typeof(ProgressEvent))]
    [InlineData("keepalive", typeof(ProgressEvent))]
    [InlineData("response.web_search_call.searching", typeof(ProgressEvent))]
    [InlineData("response.content_part.added", typeof(ProgressEvent))]
    [InlineData("response.custom_tool_call_input.delta", typeof(CallInputDelta))]
    [InlineData("response.custom_tool_call_input.done", typeof(CallInputDone))]
    [InlineData("response.refusal.delta", typeof(OutputTextDelta))]
    [InlineData("response.reasoning_text.delta", typeof(ReasoningTextDelta))]
    [InlineData("response.output_item.added", typeof(MalformedEvent))]
    public void Each_type_has_its_event(string type, Type expected) =>
        Read($$"""{"type":"{{type}}"}""").ShouldBeOfType(expected);

    [Fact]
    public void An_unknown_type_is_named() =>
        Read("""{"type":"response.some_future_event","foo":{"bar":[1]}}""")
            .ShouldBe(new UnknownEvent("response.some_future_event"));

    [Theory]
    [InlineData("")]
    [InlineData("[DONE]")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":""}""")]
    [InlineData("""{"type":"line\nbreak"}""")]
    [InlineData("""{"type":"later"}}""")]
    [InlineData("""{"type":"response.output_text.delta","delta":"cut""")]
    public void What_is_no_event_is_malformed_and_never_thrown_or_quoted(string data)
    {
        var e = Read(data).ShouldBeOfType<MalformedEvent>();
        e.Reason.ShouldNotContain("cut");
    }

    [Fact]
    public void Half_a_character_is_replaced_and_the_rest_of_the_text_kept() =>
        Read("""{"type":"response.output_text.delta","delta":"a\ud83d b"}""")
            .ShouldBeOfType<OutputTextDelta>()
            .Delta.ShouldBe("a\ufffd b");

    [Fact]
    public void Bytes_that_are_no_text_are_malformed() =>
        ResponseEventReader
            .Read([.. "{\"type\":\"response.output_text.delta\",\"delta\":\""u8, 0xC3, 0x28, .. "\"}"u8])
            .ShouldBeOfType<MalformedEvent>();

    [Fact]
    public void Members_of_an_unexpected_kind_read_as_absent()
    {
        Read("""{"type":"response.output_text.delta","output_index":"x","content_index":null,"delta":{"a":1}}""")
            .ShouldBe(new OutputTextDelta(new ItemKey(null), 0, "", false));
        var done = (OutputItemDone)Read(
            """{"type":"response.output_item.done","item":{"type":"message","id":5,"content":[1,{"text":[],"annotations":{}}]}}"""
        );
        ((OutputMessage)done.Item).Content.Single().Text.ShouldBe("");
    }

    [Fact]
    public void A_response_is_read_without_its_echo_of_the_request()
    {
        var completed = (ResponseCompleted)Read(
            """{"type":"response.completed","response":{"id":"resp_1","model":"m","instructions":"x","tools":[{"type":"function","parameters":{}}],"service_tier":"priority","end_turn":false,"incomplete_details":null,"error":null,"usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":4,"cache_write_tokens":3},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":1},"total_tokens":12},"output":[{"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","queries":["a","b"],"sources":[{"url":"u","title":"t"},{"x":1}]}}]}}"""
        );

        var response = completed.Response;
        response.Id.ShouldBe("resp_1");
        response.Model.ShouldBe("m");
        response.ServiceTier.ShouldBe("priority");
        response.EndTurn.ShouldBe(false);
        response.Usage.ShouldBe(new ResponseUsage(10, 4, 3, 2, 1));
        var search = (OutputSearch)response.Output.Single();
        search.Action!.Query.ShouldBe("a; b");
        search.Action.Sources.ShouldBe([new SearchSource("u", "t")]);
    }

    [Fact]
    public void Counts_beyond_reason_are_clamped()
    {
        var completed = (ResponseCompleted)Read(
            """{"type":"response.completed","response":{"usage":{"input_tokens":1e300,"output_tokens":-5}}}"""
        );

        completed.Response.Usage.ShouldBe(new ResponseUsage(int.MaxValue, 0, 0, 0, 0));
    }

    [Fact]
    public void Failures_keep_their_payload_and_name_their_code()
    {
        var failed = (ResponseFailed)Read(
            """{"type":"response.failed","response":{"id":"r","error":{"code":"slow_down","message":"m"}}}"""
        );
        (failed.Code, failed.Message, failed.Response.Id).ShouldBe(("slow_down", "m", "r"));
        failed
            .Payload.GetProperty("response")
            .GetProperty("error")
            .GetProperty("code")
            .GetString()
            .ShouldBe("slow_down");

        var error = (ErrorEvent)Read(
            """{"type":"error","status_code":429,"error":{"type":"usage_limit_reached","message":"m"},"headers":{"X-A":"1"}}"""
        );
        (error.Code, error.Message).ShouldBe(("usage_limit_reached", "m"));
        error.Payload.GetProperty("headers").GetProperty("X-A").GetString().ShouldBe("1");

        var flat = (ErrorEvent)Read("""{"type":"error","code":"server_error","message":"m","param":null}""");
        (flat.Code, flat.Message).ShouldBe(("server_error", "m"));
    }

    private static ResponseEvent Read(string json) => ResponseEventReader.Read(Encoding.UTF8.GetBytes(json));
}
