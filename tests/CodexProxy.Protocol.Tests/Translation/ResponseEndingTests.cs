using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Translation;
using static CodexProxy.Protocol.Tests.Translation.ResponseWire;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>How answers end, fail, go on and start over.</summary>
public sealed class ResponseEndingTests
{
    [Theory]
    [InlineData("\"max_output_tokens\"", "max_tokens")]
    [InlineData("null", "max_tokens")]
    [InlineData("\"something_new\"", "max_tokens")]
    [InlineData("\"max_prompt_tokens\"", "model_context_window_exceeded")]
    [InlineData("\"context_length\"", "model_context_window_exceeded")]
    [InlineData("\"content_filter\"", "refusal")]
    public void An_incomplete_response_names_its_reason_even_after_a_finished_call(string reason, string stopReason)
    {
        var run = new ResponseRun().Accept([
            .. Call(0, "{}"),
            $$$$"""{"type":"response.incomplete","response":{"incomplete_details":{"reason":{{{{reason}}}}}}}""",
        ]);

        run.Message.StopReason.ShouldBe(stopReason);
        run.Translator.State.ShouldBe(TranslationState.Completed);
    }

    [Fact]
    public void A_completed_response_that_names_a_reason_is_incomplete_all_the_same()
    {
        var run = new ResponseRun().Accept([
            .. Message(0, "Half"),
            """{"type":"response.completed","response":{"incomplete_details":{"reason":"max_output_tokens"}}}""",
        ]);

        run.Message.StopReason.ShouldBe(StopReason.MaxTokens);
    }

    [Fact]
    public void A_cut_behind_a_final_answer_without_text_cannot_be_finished()
    {
        var run = new ResponseRun().AcceptAll(ResponseFixtures.Events(MessageAdded(0), MessageDone(0, "")));

        run.Translator.CanFinishAfterCut.ShouldBeFalse();
    }

    [Fact]
    public void A_refusal_beside_a_call_is_a_call()
    {
        var run = new ResponseRun().Accept([
            """{"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"No."}""",
            .. Call(1, "{}"),
            Completed,
        ]);

        run.Message.StopReason.ShouldBe(StopReason.ToolUse);
        run.Message.Refusal.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"type":"response.failed","response":{"error":{"code":"misalignment_policy","message":"No."}}}""")]
    [InlineData("""{"type":"error","code":"misalignment_policy","message":"No."}""")]
    [InlineData("""{"type":"error","status":400,"error":{"code":"misalignment_policy","message":"No."}}""")]
    public void A_policy_failure_is_a_refusal_wherever_its_code_stands(string failure)
    {
        var message = new ResponseRun().Accept(failure).Message;

        message.StopReason.ShouldBe(StopReason.Refusal);
        message.Refusal.ShouldBe(new RefusalDetails(null, "No."));
        message.Content.ShouldBeEmpty();
    }

    [Fact]
    public void A_failure_after_output_is_left_to_the_owner_and_nothing_follows_it()
    {
        var run = new ResponseRun().Accept(
            TextDelta(0, "Half"),
            Failed("server_error"),
            TextDelta(0, "more"),
            Completed
        );

        run.Translator.State.ShouldBe(TranslationState.Failed);
        run.Lines.ShouldBe(["message_start", "ping", "0 text", "0 +Half"]);
        run.Translator.CanFinishAfterCut.ShouldBeFalse();

        run.Translator.WriteError(ClientError.Passing(500, "api_error", "gone"), run.Output);
        run.Lines[^1].ShouldBe("error api_error: gone");
    }

    [Fact]
    public void A_cut_behind_a_finished_call_or_final_answer_can_be_finished()
    {
        foreach (var events in new[] { Call(0, "{}"), Message(0, "Hi") })
        {
            var run = new ResponseRun().AcceptAll(ResponseFixtures.Events(events));
            run.Translator.Failure!.IsTruncated.ShouldBeTrue();
            run.Translator.CanFinishAfterCut.ShouldBeTrue();
            run.Translator.HasFinishedBlock.ShouldBeTrue();

            run.Translator.Complete(run.Output);
            run.Translator.State.ShouldBe(TranslationState.Completed);
            run.Message.Usage.InputTokens.ShouldBe(1180);
            run.Message.Usage.OutputTokens.ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public void A_cut_behind_commentary_or_inside_an_item_cannot_be_finished()
    {
        string[][] streams = [Message(0, "Hi", "commentary"), [.. Call(0, "{}"), CallAdded(1)], [Created]];
        foreach (var events in streams)
        {
            var run = new ResponseRun().AcceptAll(ResponseFixtures.Events(events));
            run.Translator.CanFinishAfterCut.ShouldBeFalse();
            Should.Throw<InvalidOperationException>(() => run.Translator.Complete(run.Output));
        }
    }

    [Fact]
    public void An_answer_can_begin_before_anything_is_known_and_be_retried_unseen()
    {
        var run = new ResponseRun();
        run.Translator.Start(run.Output);
        ((StreamEvent.MessageStart)run.Output[0]).Id.ShouldBe(Identifiers.ToMessageId("req_011fixture"));

        run.Accept(Created, Failed("server_error"));
        run.Translator.HasSentBlock.ShouldBeFalse();
        run.Translator.BeginAttempt(null);
        run.Accept([Created, .. Message(0, "Hi"), Completed]);

        run.Lines.ShouldBe(["message_start", "ping", "0 text", "0 +Hi", "0 stop", "end end_turn", "message_stop"]);
    }

    [Fact]
    public void Nothing_of_an_abandoned_attempt_is_left()
    {
        var context = ResponseFixtures.Context() with { StopSequences = ["STOP"] };
        var run = new ResponseRun(context).Accept(
            TextDelta(0, "STO"),
            CallAdded(1, callId: "call_same"),
            Failed("server_error")
        );
        run.Output.ShouldBeEmpty();

        run.Translator.BeginAttempt(null);
        run.Accept([TextDelta(0, "P"), .. Call(1, "{}", callId: "call_same"), Completed]);
        run.Lines.ShouldContain("0 +P");
        run.Lines.ShouldContain("1 tool_use toolu_same Read");
    }

    [Fact]
    public void No_attempt_follows_output()
    {
        var run = new ResponseRun().Accept(TextDelta(0, "Hi"), Failed("server_error"));

        Should.Throw<InvalidOperationException>(() => run.Translator.BeginAttempt(null));
    }

    [Fact]
    public void A_long_silence_opens_the_thinking_block_early_and_a_retry_goes_on_in_it()
    {
        var context = ResponseFixtures.Context() with { ThinkingRequested = true };
        var run = new ResponseRun(context).Accept(Created);
        run.Translator.KeepThinkingAlive(run.Output).ShouldBeFalse();
        run.Accept(ReasoningAdded(0));
        run.Translator.KeepThinkingAlive(run.Output).ShouldBeTrue();
        run.Translator.KeepThinkingAlive(run.Output).ShouldBeTrue();
        run.Translator.HasSentBlock.ShouldBeFalse();

        run.Accept(Failed("server_error"));
        run.Translator.BeginAttempt(null);
        run.Accept([.. Reasoning(0, "Think"), .. Message(1, "Hi"), Completed]);

        run.Lines.ShouldBe([
            "message_start",
            "ping",
            "0 thinking",
            "0 ~",
            "0 ~",
            "0 ~Think",
            "0 signature",
            "0 stop",
            "1 text",
            "1 +Hi",
            "1 stop",
            "end end_turn",
            "message_stop",
        ]);
    }

    [Fact]
    public void A_thinking_block_opened_early_is_kept_alive_before_the_retry_says_anything()
    {
        var context = ResponseFixtures.Context() with { ThinkingRequested = true };
        var run = new ResponseRun(context).Accept(ReasoningAdded(0));
        run.Translator.KeepThinkingAlive(run.Output);
        run.Accept(Failed("server_error"));
        run.Translator.BeginAttempt(null);

        run.Translator.KeepThinkingAlive(run.Output).ShouldBeTrue();
        run.Lines[^1].ShouldBe("0 ~");
    }

    [Fact]
    public void A_thinking_block_opened_early_is_closed_when_no_reasoning_comes()
    {
        var context = ResponseFixtures.Context() with { ThinkingRequested = true };
        var run = new ResponseRun(context).Accept(ReasoningAdded(0));
        run.Translator.KeepThinkingAlive(run.Output);
        run.Accept(Failed("server_error"));
        run.Translator.BeginAttempt(null);
        run.Accept([.. Message(0, "Hi"), Completed]);

        run.Lines[2..7].ShouldBe(["0 thinking", "0 ~", "0 stop", "1 text", "1 +Hi"]);
    }

    [Fact]
    public void Silence_is_not_broken_by_thinking_that_was_not_asked_for()
    {
        var run = new ResponseRun().Accept(ReasoningAdded(0));

        run.Translator.KeepThinkingAlive(run.Output).ShouldBeFalse();
        run.Output.ShouldBeEmpty();
    }

    [Fact]
    public void A_response_that_wants_to_go_on_continues_the_same_message()
    {
        const string more =
            """{"type":"response.completed","response":{"id":"resp_1","end_turn":false,"usage":{"input_tokens":10,"output_tokens":5,"output_tokens_details":{"reasoning_tokens":2}}}}""";
        var run = new ResponseRun().Accept([Created, .. Reasoning(0, "a"), .. Message(1, "One"), more]);
        run.Translator.State.ShouldBe(TranslationState.Continue);
        run.Translator.OutputSoFar.Count.ShouldBe(2);

        run.Translator.BeginAttempt(null);
        run.Accept([Created, .. Message(0, "Two"), Completed]);

        run.Message.Content.Count.ShouldBe(2);
        run.Message.Usage.InputTokens.ShouldBe(10);
        run.Message.Usage.OutputTokens.ShouldBe(10);
        run.Message.Usage.ThinkingTokens.ShouldBe(2);
        run.Translator.Turn!.Items.Count.ShouldBe(3);
        run.Output.OfType<StreamEvent.MessageStop>().Count().ShouldBe(1);
    }

    [Fact]
    public void A_continuation_can_be_declined()
    {
        var run = new ResponseRun().Accept([
            .. Message(1, "One"),
            """{"type":"response.completed","response":{"end_turn":false}}""",
        ]);
        run.Translator.Complete(run.Output);

        run.Message.StopReason.ShouldBe(StopReason.EndTurn);
        run.Translator.Turn!.Items.Count.ShouldBe(1);
    }

    [Fact]
    public void A_call_ends_the_turn_even_if_the_response_would_go_on()
    {
        var run = new ResponseRun().Accept([
            .. Call(0, "{}"),
            """{"type":"response.completed","response":{"end_turn":false}}""",
        ]);

        run.Message.StopReason.ShouldBe(StopReason.ToolUse);
    }

    [Fact]
    public void A_response_without_any_item_can_be_asked_for_again_or_answered_as_it_is()
    {
        var run = new ResponseRun().Accept(Created, Completed);
        run.Translator.State.ShouldBe(TranslationState.Empty);
        run.Output.ShouldBeEmpty();

        run.Translator.BeginAttempt(null);
        run.Accept(Created, Completed);
        run.Translator.Complete(run.Output);
        run.Message.Content.ShouldBeEmpty();
        run.Message.Usage.InputTokens.ShouldBe(10);
    }

    [Fact]
    public void The_fast_tier_is_reported_when_it_served_and_was_asked_for()
    {
        const string priority =
            """{"type":"response.completed","response":{"service_tier":"priority","usage":{"input_tokens":1,"output_tokens":1}}}""";
        var asked = new ResponseRun(ResponseFixtures.Context() with { FastRequested = true }).Accept([
            .. Message(0, "Hi"),
            priority,
        ]);
        asked.Message.Usage.Speed.ShouldBe("fast");
        asked.Message.Usage.ServiceTier.ShouldBe("priority");

        var notAsked = new ResponseRun().Accept([.. Message(0, "Hi"), priority]);
        notAsked.Message.Usage.Speed.ShouldBe("standard");
        notAsked.Message.Usage.ServiceTier.ShouldBe("priority");
    }

    [Theory]
    [InlineData(100, 90, 20, 1, 20, 79)]
    [InlineData(100, 60, 30, 10, 30, 60)]
    [InlineData(100, 0, 100, 1, 99, 0)]
    [InlineData(0, 0, 0, 1, 0, 0)]
    public void The_input_counts_add_up_to_the_total_of_the_upstream(
        int total,
        int cached,
        int written,
        int input,
        int creation,
        int read
    )
    {
        var usage = new ResponseRun()
            .Accept([
                .. Message(0, "Hi"),
                $$$$"""{"type":"response.completed","response":{"usage":{"input_tokens":{{{{total}}}},"input_tokens_details":{"cached_tokens":{{{{cached}}}},"cache_write_tokens":{{{{written}}}} } } } }""",
            ])
            .Message.Usage;

        (usage.InputTokens, usage.CacheCreationInputTokens, usage.CacheReadInputTokens).ShouldBe(
            (input, creation, read)
        );
    }

    [Fact]
    public void A_policy_failure_reports_the_usage_it_carries()
    {
        var run = new ResponseRun().Accept(
            """{"type":"response.failed","response":{"id":"resp_1","error":{"code":"bio_policy"},"usage":{"input_tokens":7,"output_tokens":2}}}"""
        );

        run.Message.Usage.InputTokens.ShouldBe(7);
        run.Message.Usage.OutputTokens.ShouldBe(2);
    }

    [Fact]
    public void Applied_edits_stand_beside_the_delta_and_are_absent_otherwise()
    {
        var context = ResponseFixtures.Context() with
        {
            AppliedEdits = [new("clear_tool_uses_20250919", 3, 0, 900), new("clear_thinking_20251015", 0, 2, 100)],
        };
        var run = new ResponseRun(context).Accept([.. Message(0, "Hi"), Completed]);

        ResponseFixtures
            .ReadStream(ResponseFixtures.WriteStream(run.Output))[^2]
            .Data.ShouldEndWith(
                ""","context_management":{"applied_edits":[{"type":"clear_tool_uses_20250919","cleared_tool_uses":3,"cleared_input_tokens":900},{"type":"clear_thinking_20251015","cleared_thinking_turns":2,"cleared_input_tokens":100}]}}"""
            );
    }
}
