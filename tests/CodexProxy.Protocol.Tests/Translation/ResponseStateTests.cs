using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;
using static CodexProxy.Protocol.Tests.Translation.ResponseWire;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>What is remembered from one event to the next while an answer is read.</summary>
public sealed class ResponseStateTests
{
    private const string Search = """{"type":"search","query":"q"}""";

    private const string GoesOn =
        """{"type":"response.completed","response":{"id":"resp_1","end_turn":false,"usage":{"input_tokens":10,"output_tokens":5}}}""";

    private static TranslationContext Thinking => ResponseFixtures.Context() with { ThinkingRequested = true };

    private static TranslationContext Stopping =>
        ResponseFixtures.Context() with
        {
            StopSequences = ["STOP", "ENDING"],
        };

    [Fact]
    public void Content_that_is_out_stays_out_whatever_follows()
    {
        var run = new ResponseRun().Accept([.. Message(0, "One"), TextDelta(1, "Two")]);
        run.Translator.HasSentBlock.ShouldBeTrue();

        var thought = new ResponseRun(Thinking).Accept(ReasoningAdded(0));
        thought.Translator.KeepThinkingAlive(thought.Output);
        thought.Accept(SummaryDelta(0, "Hm"));
        thought.Translator.HasSentBlock.ShouldBeTrue();
    }

    [Fact]
    public void Searches_of_all_responses_of_a_message_are_counted()
    {
        var run = new ResponseRun().Accept([SearchDone(0, Search), .. Message(1, "One"), GoesOn]);
        run.Translator.BeginAttempt(null);
        run.Accept([SearchDone(0, Search), SearchDone(1, Search), .. Message(2, "Two"), Completed]);

        run.Message.Usage.WebSearchRequests.ShouldBe(3);
        run.Translator.Turn!.WebSearchRequests.ShouldBe(3);
    }

    [Fact]
    public void A_citation_of_text_that_was_never_sent_is_forgotten()
    {
        var run = new ResponseRun(Stopping).Accept(
            TextDelta(0, "STO"),
            Cite(0, "https://a.example/x", 0, 3),
            Failed("server_error")
        );
        run.Translator.BeginAttempt(null);
        run.Accept([.. Message(0, "Hi"), Completed]);

        run.Lines.ShouldNotContain(line => line.Contains("cite", StringComparison.Ordinal));
    }

    [Fact]
    public void A_citation_behind_the_last_word_is_sent()
    {
        var run = new ResponseRun().Accept(
            TextDelta(0, "Text"),
            Cite(0, "https://a.example/x", 0, 4),
            MessageDone(0, "Text"),
            Completed
        );

        run.Lines.ShouldContain("0 cite https://a.example/x [Text]");
    }

    [Fact]
    public void A_refusal_by_policy_releases_the_text_that_was_held_back()
    {
        var run = new ResponseRun(Stopping).Accept(TextDelta(0, "Hello STO"), Failed("bio_policy"));

        run.Lines[2..5].ShouldBe(["0 text", "0 +Hello ", "0 +STO"]);
    }

    [Fact]
    public void The_sequence_that_starts_first_ends_the_answer_even_if_a_longer_one_follows()
    {
        var run = new ResponseRun(Stopping).Accept(TextDelta(0, "x STOP y ENDING z"));

        run.Lines[2..].ShouldBe(["0 text", "0 +x ", "0 stop", "end stop_sequence", "message_stop"]);
        run.Translator.Turn!.Items.ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_of_one_text_is_held_back_into_the_next()
    {
        var run = new ResponseRun(Stopping).Accept([.. Message(0, "One STO"), .. Message(1, "Two"), Completed]);

        run.Message.Content.OfType<MessageBlock.Text>().Select(text => text.Value).ShouldBe(["One STO", "Two"]);
    }

    [Theory]
    [InlineData("response.refusal.delta", "delta", false)]
    [InlineData("response.refusal.delta", "delta", true)]
    [InlineData("response.refusal.done", "refusal", true)]
    public void A_refusal_is_the_text_of_all_its_pieces(string type, string member, bool twoParts)
    {
        var second = twoParts ? 1 : 0;
        var run = new ResponseRun().Accept(
            $$$"""{"type":"{{{type}}}","output_index":0,"content_index":0,"{{{member}}}":"I can not"}""",
            $$$"""{"type":"{{{type}}}","output_index":0,"content_index":{{{second}}},"{{{member}}}":" do that."}""",
            Completed
        );

        run.Message.StopReason.ShouldBe(StopReason.Refusal);
        run.Message.Refusal.ShouldBe(new RefusalDetails(null, "I can not do that."));
    }

    [Fact]
    public void A_refusal_that_only_the_finished_item_holds_is_one()
    {
        var run = new ResponseRun().Accept(
            """{"type":"response.output_item.done","output_index":0,"item":{"id":"msg_0","type":"message","content":[{"type":"refusal","refusal":"No."}]}}""",
            Completed
        );

        run.Message.StopReason.ShouldBe(StopReason.Refusal);
    }

    [Fact]
    public void A_finished_message_is_remembered_as_the_assistants_and_an_empty_one_not_at_all()
    {
        var run = new ResponseRun().Accept([.. Message(0, "Hi"), Completed]);
        var item = run.Translator.Turn!.Items.ShouldHaveSingleItem().ShouldBeOfType<MessageItem>();
        (item.Role, item.Phase).ShouldBe(("assistant", "final_answer"));

        var empty = new ResponseRun().Accept(MessageAdded(0), MessageDone(0, ""), GoesOn);
        empty.Translator.State.ShouldBe(TranslationState.Completed);
    }

    [Fact]
    public void What_the_finished_item_leaves_out_stays_known()
    {
        var message = new ResponseRun().AcceptAll(
            ResponseFixtures.Events(
                MessageAdded(0),
                TextDelta(0, "Hi"),
                """{"type":"response.output_item.done","output_index":0,"item":{"id":"msg_0","type":"message","content":[{"type":"output_text","text":"Hi"}]}}"""
            )
        );
        message.Translator.CanFinishAfterCut.ShouldBeTrue();

        var call = new ResponseRun().Accept(
            CallAdded(0),
            """{"type":"response.function_call_arguments.done","output_index":0,"name":"","arguments":"{\"a\":1}"}""",
            """{"type":"response.output_item.done","output_index":0,"item":{"id":"fc_0","type":"function_call","call_id":"call_0","name":"","arguments":"{\"a\":1}"}}""",
            Completed
        );
        call.Translator.Turn!.Items.ShouldBe([new FunctionCallItem("call_0", "Read", """{"a":1}""")]);
    }

    [Fact]
    public void A_call_without_input_is_remembered_with_an_empty_object() =>
        new ResponseRun()
            .Accept([.. Call(0, ""), Completed])
            .Translator.Turn!.Items.ShouldBe([new FunctionCallItem("call_0", "Read", "{}")]);

    [Fact]
    public void Calls_without_a_call_id_are_told_apart_by_what_else_names_them()
    {
        var run = new ResponseRun().Accept(
            """{"type":"response.output_item.done","output_index":0,"item":{"id":"fc_x","type":"function_call","name":"Read","arguments":"{}"}}""",
            """{"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","name":"Read","arguments":"{}"}}""",
            """{"type":"response.output_item.done","output_index":2,"item":{"type":"function_call","name":"Read","arguments":"{}"}}""",
            Completed
        );

        var ids = run.Message.Content.OfType<MessageBlock.ToolUse>().Select(call => call.Id).ToArray();
        ids.ShouldBe([
            Identifiers.ToToolUseId("fc_x"),
            Identifiers.ToToolUseId("call_1"),
            Identifiers.ToToolUseId("call_2"),
        ]);
    }

    [Fact]
    public void A_second_item_in_an_open_place_is_the_same_item_and_in_a_finished_one_another()
    {
        var open = new ResponseRun().Accept(
            MessageAdded(0),
            TextDelta(0, "Hi"),
            """{"type":"response.output_item.done","output_index":0,"item":{"id":"msg_renamed","type":"message","content":[{"type":"output_text","text":"Hi"}]}}""",
            Completed
        );
        open.Message.Content.Count.ShouldBe(1);

        var finished = new ResponseRun().Accept([
            .. Call(0, "{}", callId: "call_a"),
            """{"type":"response.completed","response":{"output":[{"type":"function_call","call_id":"call_b","name":"Read","arguments":"{}"}]}}""",
        ]);
        finished.Message.Content.Count.ShouldBe(2);
    }

    [Fact]
    public void Reasoning_and_searches_without_an_id_are_found_by_their_place_in_the_list_at_the_end()
    {
        var run = new ResponseRun(Thinking).Accept(
            """{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"Hm"}""",
            """{"type":"response.output_item.added","output_index":1,"item":{"type":"web_search_call","status":"in_progress"}}""",
            """{"type":"response.completed","response":{"output":[{"id":"rs_late","type":"reasoning","summary":[{"type":"summary_text","text":"Hm"}],"encrypted_content":"gAAA"},{"id":"ws_late","type":"web_search_call","status":"completed","action":{"type":"search","query":"q"}}]}}"""
        );

        run.Lines.Where(line => line.EndsWith(" thinking", StringComparison.Ordinal)).ShouldHaveSingleItem();
        run.Message.Usage.WebSearchRequests.ShouldBe(1);
    }

    [Fact]
    public void A_search_waits_for_an_open_message_though_a_call_has_begun()
    {
        var run = new ResponseRun().Accept(
            SearchDone(0, """{"type":"search","queries":["q"]}"""),
            MessageAdded(1),
            CallAdded(2),
            TextDelta(1, "Text"),
            Cite(1, "https://a.example/x", 0, 4),
            MessageDone(1, "Text")
        );

        run.Lines.ShouldContain("1 search_result https://a.example/x");
    }

    [Fact]
    public void Raw_reasoning_is_shown_where_there_is_no_summary_and_never_beside_one()
    {
        const string raw =
            """{"type":"response.reasoning_text.delta","item_id":"rs_0","output_index":0,"content_index":0,"delta":"raw"}""";
        var only = new ResponseRun(Thinking).Accept(ReasoningAdded(0), raw, ReasoningDone(0, "", "Summary"), Completed);
        only.Lines.Where(line => line.Contains('~', StringComparison.Ordinal)).ShouldBe(["0 ~raw"]);
        only.Lines.ShouldNotContain("0 signature");
        only.Translator.Contradictions.ShouldBe(0);

        var beside = new ResponseRun(Thinking).Accept(
            ReasoningAdded(0),
            """{"type":"response.reasoning_summary_part.added","item_id":"rs_0","output_index":0,"summary_index":0}""",
            raw,
            ReasoningDone(0, "gAAA", "Summary"),
            Completed
        );
        beside.Lines.Where(line => line.Contains('~', StringComparison.Ordinal)).ShouldBe(["0 ~Summary"]);
    }

    [Fact]
    public void A_summary_that_begins_with_its_second_part_has_no_blank_lines_before_it() =>
        new ResponseRun(Thinking)
            .Accept(ReasoningAdded(0), SummaryDelta(0, "Hm", part: 1))
            .Lines.ShouldContain("0 ~Hm");

    [Fact]
    public void Reasoning_that_is_not_sealed_is_not_remembered()
    {
        var run = new ResponseRun(Thinking).Accept([
            ReasoningAdded(0),
            SummaryDelta(0, "Hm"),
            ReasoningDone(0, null, "Hm"),
            .. Call(1, "{}"),
            Completed,
        ]);

        run.Translator.Turn!.Items.Count.ShouldBe(1);
        run.Translator.Turn!.Replay.ShouldBeEmpty();
    }

    [Fact]
    public void Reasoning_before_texts_around_a_search_is_kept_under_the_first_of_them()
    {
        var run = new ResponseRun(Thinking).Accept([
            .. Reasoning(0, "Hm"),
            .. Message(1, "One"),
            SearchDone(2, Search),
            .. Message(3, "Two"),
            Completed,
        ]);
        run.Translator.Turn!.Replay.Select(entry => entry.Anchor).ShouldBe([ReplayCache.TextAnchor(["One"])]);

        var late = new ResponseRun(Thinking).Accept([
            .. Message(0, "One"),
            SearchDone(1, Search),
            .. Reasoning(2, "Hm"),
            .. Message(3, "Two"),
            Completed,
        ]);
        late.Translator.Turn!.Replay.Select(entry => entry.Anchor).ShouldBe([ReplayCache.TextAnchor(["Two"])]);
    }
}
