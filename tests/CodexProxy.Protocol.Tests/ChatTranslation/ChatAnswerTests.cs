using System.Text;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Tests.Translation;
using CodexProxy.Protocol.Translation;
using static CodexProxy.Protocol.Tests.Translation.ResponseWire;

namespace CodexProxy.Protocol.Tests.ChatTranslation;

/// <summary>How answers begin, go on, end and fail.</summary>
public sealed class ChatAnswerTests
{
    private const string RefusalDelta =
        """{"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"I cannot."}""";

    [Theory]
    [InlineData("\"max_output_tokens\"", "length")]
    [InlineData("null", "length")]
    [InlineData("\"max_prompt_tokens\"", "length")]
    [InlineData("\"content_filter\"", "content_filter")]
    public void An_incomplete_response_is_never_a_call(string reason, string finish) =>
        new ChatRun()
            .Accept([
                .. Call(0, "{}"),
                $$$$"""{"type":"response.incomplete","response":{"incomplete_details":{"reason":{{{{reason}}}}}}}""",
            ])
            .Completion.FinishReason.ShouldBe(finish);

    [Fact]
    public void A_refusal_of_the_model_has_a_place_of_its_own()
    {
        var run = new ChatRun().Accept(RefusalDelta, Completed);

        run.Lines.ShouldBe(["start", "-I cannot.", "finish stop", "usage 10+5", "done"]);
        run.Completion.Content.ShouldBeNull();
        ChatRun.Write(run.Completion).ShouldContain("""content":null,"refusal":"I cannot."}""");
    }

    [Fact]
    public void A_policy_that_stops_the_answer_is_a_filter_with_its_words()
    {
        var run = new ChatRun().Accept(TextDelta(0, "Half"), Failed("cyber_policy", "Not allowed."));

        run.Lines.ShouldBe(["start", "+Half", "-Not allowed.", "finish content_filter", "usage 1180+0", "done"]);
        run.Translator.State.ShouldBe(TranslationState.Completed);
    }

    [Fact]
    public void A_stop_sequence_ends_the_answer_before_it()
    {
        var run = new ChatRun(ChatRun.Context() with { StopSequences = ["END"] }).Accept(
            TextDelta(0, "text E"),
            TextDelta(0, "ND more")
        );

        run.Translator.State.ShouldBe(TranslationState.Satisfied);
        run.Completion.Content.ShouldBe("text ");
        run.Completion.FinishReason.ShouldBe("stop");
    }

    [Fact]
    public void The_limit_counts_text_refusals_and_arguments_but_not_reasoning()
    {
        var context = ChatRun.Context() with { MaxTokens = 3 };
        var run = new ChatRun(context).Accept([
            .. Reasoning(0, "one two three four"),
            TextDelta(1, "one two three four"),
        ]);

        run.Translator.State.ShouldBe(TranslationState.Satisfied);
        run.Completion.Content.ShouldBe("one two three");
        run.Completion.FinishReason.ShouldBe("length");
        run.Completion.Usage!.CompletionTokens.ShouldBe(3);
        new ChatRun(context)
            .Accept(CallAdded(0), InputDelta(0, "one two three four"))
            .Completion.FinishReason.ShouldBe("length");
        new ChatRun(context)
            .Accept(RefusalDelta.Replace("I cannot.", "no no no no", StringComparison.Ordinal))
            .Completion.Refusal.ShouldBe("no no no");
    }

    [Fact]
    public void A_response_that_wants_to_go_on_continues_the_same_answer()
    {
        var run = new ChatRun().Accept([
            Created,
            .. Message(0, "One. ", "commentary"),
            """{"type":"response.completed","response":{"id":"resp_1","end_turn":false,"usage":{"input_tokens":10,"output_tokens":5}}}""",
        ]);
        run.Translator.State.ShouldBe(TranslationState.Continue);
        run.Translator.OutputSoFar.Count.ShouldBe(1);

        run.Translator.BeginAttempt("account");
        run.Accept([.. Message(0, "Two."), Completed]);

        run.Lines.ShouldBe(["start", "+One. ", "+Two.", "finish stop", "usage 10+10", "done"]);
        run.Output.OfType<ChatChunk.Delta>().Select(delta => delta.Head.Id).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public void A_response_without_any_item_may_be_asked_for_again_or_answered_as_it_is()
    {
        var run = new ChatRun().Accept(Completed);
        run.Translator.State.ShouldBe(TranslationState.Empty);

        run.Translator.Complete(run.Output);

        run.Lines.ShouldBe(["start", "finish stop", "usage 10+5", "done"]);
        ChatRun.Write(run.Completion).ShouldContain("""content":"","refusal":null}""");
    }

    [Fact]
    public void A_hidden_retry_starts_clean_and_only_while_nothing_is_out()
    {
        var run = new ChatRun(ChatRun.Context() with { StopSequences = ["held back"] });
        run.Translator.Start(run.Output);
        run.Accept(Created, TextDelta(0, "held"), Failed("server_error"));
        run.Translator.HasSentBlock.ShouldBeFalse();

        run.Translator.BeginAttempt(null);
        run.Accept([.. Message(0, "Hi"), Failed("server_error")]);

        run.Lines.ShouldBe(["start", "+Hi"]);
        run.Translator.HasSentBlock.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => run.Translator.BeginAttempt(null));
    }

    [Fact]
    public void A_cut_behind_something_whole_can_be_finished()
    {
        var run = new ChatRun().AcceptAll(ResponseFixtures.Events([.. Call(0, "{}")]));
        run.Translator.Failure!.IsTruncated.ShouldBeTrue();
        run.Translator.CanFinishAfterCut.ShouldBeTrue();
        run.Translator.Complete(run.Output);
        run.Completion.FinishReason.ShouldBe("tool_calls");

        new ChatRun()
            .AcceptAll(ResponseFixtures.Events(TextDelta(0, "Half")))
            .Translator.CanFinishAfterCut.ShouldBeFalse();
    }

    [Fact]
    public void An_error_is_the_last_word_of_a_stream()
    {
        var run = new ChatRun().Accept(TextDelta(0, "Half"), Failed("server_error"));
        run.Translator.WriteError(ClientError.Passing(529, "overloaded_error", "Busy."), run.Output);

        run.Lines.ShouldBe(["start", "+Half", "error server_error : Busy."]);
        Encoding
            .UTF8.GetString(ChatRun.Write(run.Output))
            .ShouldEndWith(
                "\n\ndata: {\"error\":{\"message\":\"Busy.\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n"
            );
        new ChatAccumulatorOf(run.Output).Error!.Status.ShouldBe(503);
    }

    [Fact]
    public void The_tier_that_served_is_told_at_the_end()
    {
        var run = new ChatRun().Accept([
            .. Message(0, "Hi"),
            """{"type":"response.completed","response":{"service_tier":"priority"}}""",
        ]);

        run.Completion.ServiceTier.ShouldBe("priority");
        ChatRun.Write(run.Completion).ShouldContain("""service_tier":"priority","system_fingerprint":null""");
    }

    [Fact]
    public void A_repeated_prefill_is_dropped() =>
        new ChatRun(ChatRun.Context() with { Prefill = "Once" })
            .Accept([.. Message(0, "Once upon"), Completed])
            .Completion.Content.ShouldBe(" upon");

    private sealed class ChatAccumulatorOf
    {
        public ChatAccumulatorOf(IEnumerable<ChatChunk> chunks)
        {
            var accumulator = new Protocol.ChatTranslation.ChatAccumulator();
            foreach (var chunk in chunks)
            {
                accumulator.Accept(chunk);
            }

            accumulator.TryFinish(out _).ShouldBeFalse();
            Error = accumulator.Error;
        }

        public OpenAIError? Error { get; }
    }
}
