using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;
using static CodexProxy.Protocol.Tests.Translation.ResponseWire;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>How output items become content blocks, where no recorded stream shows it.</summary>
public sealed class ResponseItemTests
{
    [Fact]
    public void A_call_whose_name_comes_late_starts_when_it_is_known()
    {
        var run = new ResponseRun().Accept(
            """{"type":"response.output_item.added","output_index":0,"item":{"id":"fc_0","type":"function_call","call_id":"call_0"}}""",
            InputDelta(0, "{\"a\":")
        );
        run.Output.ShouldBeEmpty();

        run.Accept(
            """{"type":"response.function_call_arguments.done","output_index":0,"arguments":"{\"a\":1}","name":"Read"}"""
        );
        run.Lines.ShouldBe(["message_start", "ping", "0 tool_use toolu_0 Read", "0 +{\"a\":", "0 +1}"]);
    }

    [Fact]
    public void A_call_that_is_never_named_is_left_out()
    {
        var run = new ResponseRun().Accept([InputDelta(0, "{}"), .. Message(1, "Hi"), Completed]);

        run.Lines.ShouldBe(["message_start", "ping", "0 text", "0 +Hi", "0 stop", "end end_turn", "message_stop"]);
    }

    [Fact]
    public void A_call_without_call_id_gets_one_from_its_item()
    {
        var run = new ResponseRun().Accept(
            """{"type":"response.output_item.done","output_index":0,"item":{"id":"fc_9","type":"function_call","name":"Read","arguments":"{}"}}"""
        );

        run.Lines.ShouldContain("0 tool_use fc_9 Read");
    }

    [Fact]
    public void A_call_id_of_the_history_or_of_this_answer_is_numbered()
    {
        var context = ResponseFixtures.Context() with { UsedToolUseIds = new HashSet<string> { "toolu_X" } };
        var run = new ResponseRun(context).Accept([
            .. Call(0, "{}", callId: "call_X"),
            .. Call(1, "{}", callId: "call_X"),
        ]);

        run.Lines.ShouldContain("0 tool_use toolu_X_2 Read");
        run.Lines.ShouldContain("1 tool_use toolu_X_3 Read");
    }

    [Fact]
    public void A_member_of_a_toolset_keeps_its_name_and_toolset()
    {
        var context = ResponseFixtures.Context() with
        {
            ToolNames = new Dictionary<string, ToolIdentity> { ["browser__click"] = new("click", "browser") },
        };
        var run = new ResponseRun(context).Accept(Call(0, "{}", "browser__click"));

        ResponseFixtures
            .ReadStream(ResponseFixtures.WriteStream(run.Output))[2]
            .Data.ShouldBe(
                """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_0","name":"click","input":{},"toolset_name":"browser","caller":{"type":"direct"}}}"""
            );
    }

    [Fact]
    public void Text_that_contradicts_what_was_streamed_is_kept_as_streamed_and_noted()
    {
        var run = new ResponseRun().Accept(MessageAdded(0), TextDelta(0, "Hello"), MessageDone(0, "Other"), Completed);

        run.Lines.ShouldBe(["message_start", "ping", "0 text", "0 +Hello", "0 stop", "end end_turn", "message_stop"]);
        run.Translator.Contradictions.ShouldBe(1);
    }

    [Fact]
    public void The_missing_end_of_text_summary_and_arguments_is_sent()
    {
        var context = ResponseFixtures.Context() with { ThinkingRequested = true };
        var run = new ResponseRun(context).Accept(
            SummaryDelta(0, "Thi"),
            ReasoningDone(0, null, "Think", "More"),
            TextDelta(1, "Hel"),
            MessageDone(1, "Hello"),
            CallAdded(2),
            InputDelta(2, "{"),
            CallDone(2, "{}")
        );

        run.Lines.ShouldContain("0 ~nk\n\nMore");
        run.Lines.ShouldContain("1 +lo");
        run.Lines.ShouldContain("2 +}");
        run.Translator.Contradictions.ShouldBe(0);
    }

    [Fact]
    public void A_text_known_only_from_its_part_is_sent_when_the_item_ends()
    {
        var run = new ResponseRun().Accept(
            MessageAdded(0),
            """{"type":"response.output_text.done","output_index":0,"content_index":0,"text":"Whole"}""",
            """{"type":"response.output_item.done","output_index":0,"item":{"id":"msg_0","type":"message","content":[]}}"""
        );

        run.Lines[2..].ShouldBe(["0 text", "0 +Whole", "0 stop"]);
    }

    [Fact]
    public void Each_content_part_is_a_text_block_of_its_own()
    {
        var run = new ResponseRun().Accept(
            TextDelta(0, "a"),
            TextDelta(0, "b", part: 1),
            TextDelta(0, "c", part: 1),
            Completed
        );

        run.Lines[2..^2].ShouldBe(["0 text", "0 +a", "0 stop", "1 text", "1 +b", "1 +c", "1 stop"]);
    }

    [Fact]
    public void Deltas_after_an_item_is_done_are_ignored()
    {
        var run = new ResponseRun().Accept([.. Message(0, "Hi"), TextDelta(0, "late"), .. Message(0, "Hi"), Completed]);

        run.Message.Content.Count.ShouldBe(1);
        ((MessageBlock.Text)run.Message.Content[0]).Value.ShouldBe("Hi");
    }

    [Theory]
    [InlineData("\"item_id\":\"msg_0\",")]
    [InlineData("\"output_index\":0,")]
    [InlineData("")]
    public void A_relay_may_drop_index_or_id(string added)
    {
        var run = new ResponseRun().Accept(
            $$$$"""{"type":"response.output_item.added","output_index":0,"item":{"id":"msg_0","type":"message","content":[]}}""",
            $$$$"""{"type":"response.output_text.delta",{{{{added}}}}"content_index":0,"delta":"Hi"}""",
            """{"type":"response.output_item.done","item":{"id":"msg_0","type":"message","content":[{"type":"output_text","text":"Hi"}]}}""",
            Completed
        );

        run.Lines[2..].ShouldBe(["0 text", "0 +Hi", "0 stop", "end end_turn", "message_stop"]);
    }

    [Fact]
    public void An_index_that_is_used_again_belongs_to_the_new_item()
    {
        var run = new ResponseRun().Accept(
            """{"type":"response.output_item.done","output_index":0,"item":{"id":"msg_a","type":"message","content":[{"type":"output_text","text":"A"}]}}""",
            """{"type":"response.output_item.added","output_index":0,"item":{"id":"msg_b","type":"message","content":[]}}""",
            TextDelta(0, "B"),
            Completed
        );

        run.Message.Content.Count.ShouldBe(2);
    }

    [Fact]
    public void An_unknown_item_that_is_never_done_holds_nothing_up()
    {
        var run = new ResponseRun().Accept(
            """{"type":"response.output_item.added","output_index":0,"item":{"id":"x","type":"image_generation_call"}}""",
            TextDelta(1, "Hi")
        );

        run.Lines.ShouldContain("0 +Hi");
    }

    [Fact]
    public void Raw_reasoning_counts_only_without_a_summary()
    {
        var context = ResponseFixtures.Context() with { ThinkingRequested = true };
        const string raw =
            """{"type":"response.reasoning_text.delta","output_index":0,"content_index":0,"delta":"raw"}""";

        new ResponseRun(context).Accept(raw).Lines.ShouldContain("0 ~raw");
        new ResponseRun(context).Accept(SummaryDelta(0, "sum"), raw).Lines.ShouldNotContain("0 ~raw");
    }

    [Fact]
    public void Reasoning_without_sealed_content_closes_without_signature()
    {
        var context = ResponseFixtures.Context() with { ThinkingRequested = true };
        var run = new ResponseRun(context).Accept(SummaryDelta(0, "Think"), ReasoningDone(0, null, "Think"));

        run.Lines[2..].ShouldBe(["0 thinking", "0 ~Think", "0 stop"]);
    }

    [Fact]
    public void Hidden_reasoning_does_not_delay_what_follows()
    {
        var run = new ResponseRun().Accept(ReasoningAdded(0), TextDelta(1, "Hi"));

        run.Lines.ShouldContain("0 +Hi");
    }

    [Fact]
    public void Sealed_reasoning_names_the_account_that_serves()
    {
        var context = ResponseFixtures.Context() with { ThinkingRequested = true };
        var settings = ResponseFixtures.Settings() with { AccountFingerprint = "00112233" };
        var run = new ResponseRun(context, settings).Accept(ReasoningDone(0, "gAAAx"));

        var signature = run.Output.OfType<StreamEvent.SignatureDelta>().Single().Signature;
        ReasoningEnvelope.TryOpen(signature, out var envelope).ShouldBeTrue();
        envelope.ShouldBe(new ReasoningEnvelope("gAAAx", "gpt-5.6-sol", "rs_0", "00112233"));
    }

    [Fact]
    public void A_turn_remembers_its_items_and_where_its_reasoning_belongs()
    {
        var run = new ResponseRun().Accept([
            Created,
            .. Reasoning(0, "a"),
            .. Message(1, "Commentary", "commentary"),
            .. Call(2, "{\"p\":1}"),
            .. Reasoning(3, "b"),
            .. Message(4, "Done"),
            Completed,
        ]);

        var turn = run.Translator.Turn.ShouldNotBeNull();
        turn.ResponseId.ShouldBe("resp_1");
        turn.ServingModel.ShouldBe("gpt-5.6-sol");
        turn.Usage!.InputTokens.ShouldBe(10);
        turn.ToolCalls.ShouldBe(1);
        turn.Items.Select(item => item.GetType())
            .ShouldBe([
                typeof(ReasoningItem),
                typeof(MessageItem),
                typeof(FunctionCallItem),
                typeof(ReasoningItem),
                typeof(MessageItem),
            ]);
        turn.Items[2].ShouldBe(new FunctionCallItem("call_2", "Read", "{\"p\":1}"));
        turn.Replay.Select(entry => entry.Anchor)
            .ShouldBe([ReplayCache.CallAnchor("toolu_2"), ReplayCache.TextAnchor(["Done"])]);
    }
}
