using System.Text;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;
using static CodexProxy.Protocol.Tests.Translation.ResponseWire;

namespace CodexProxy.Protocol.Tests.ChatTranslation;

/// <summary>What becomes of the items of an answer.</summary>
public sealed class ChatContentTests
{
    private const string CustomCall =
        """{"type":"response.output_item.done","output_index":0,"item":{"id":"ctc_1","type":"custom_tool_call","call_id":"call_C","name":"sql","input":"select \"1\""}}""";

    [Fact]
    public void Nothing_is_sent_before_there_is_something_to_say() =>
        new ChatRun().Accept(Created, ReasoningAdded(0), MessageAdded(1)).Output.ShouldBeEmpty();

    [Fact]
    public void Reasonings_are_parted_by_a_blank_line_and_sealed_ones_say_nothing()
    {
        var run = new ChatRun().Accept([
            ReasoningAdded(0),
            SummaryDelta(0, "a"),
            SummaryDelta(0, "b", 1),
            ReasoningDone(0, "gAAAsealed", "a", "b"),
            ReasoningAdded(1),
            ReasoningDone(1),
            .. Reasoning(2, "c"),
            .. Message(3, "Hi"),
            Completed,
        ]);

        run.Completion.ReasoningContent.ShouldBe("a\n\nb\n\nc");
        run.Completion.Content.ShouldBe("Hi");
        run.Completion.FinishReason.ShouldBe("stop");
    }

    [Fact]
    public void Texts_wait_for_texts_but_calls_do_not()
    {
        var run = new ChatRun().Accept(
            MessageAdded(0),
            MessageAdded(1),
            TextDelta(1, "second"),
            CallAdded(2),
            InputDelta(2, "{}"),
            TextDelta(0, "first "),
            CallDone(2, "{}"),
            MessageDone(0, "first "),
            MessageDone(1, "second"),
            Completed
        );

        run.Lines.ShouldBe([
            "start",
            "0 call call_2 Read",
            "0 +{}",
            "+first ",
            "+second",
            "finish tool_calls",
            "usage 10+5",
            "done",
        ]);
    }

    [Fact]
    public void A_call_without_arguments_has_an_empty_object()
    {
        var run = new ChatRun().Accept(CallAdded(0), CallDone(0, ""), Completed);

        run.Completion.ToolCalls.ShouldBe([new ChatToolCall("call_0", new ChatFunction("Read", "{}"))]);
    }

    [Fact]
    public void Ids_keep_their_form_unless_they_are_too_long_or_taken()
    {
        var longId = "call_" + new string('x', 80);
        var context = ChatRun.Context() with { UsedToolUseIds = new HashSet<string> { "call_A" } };
        var run = new ChatRun(context).Accept([
            .. Call(0, "{}", callId: "call_A"),
            .. Call(1, "{}", callId: longId),
            Completed,
        ]);

        run.Completion.ToolCalls.Select(call => call.Id).ShouldBe(["call_A_2", "call_h" + Identifiers.Hex(longId, 40)]);
    }

    [Fact]
    public void The_client_reads_its_own_name_of_a_tool_and_no_empty_optionals()
    {
        var context = ChatRun.Context() with
        {
            ToolNames = new Dictionary<string, ToolIdentity> { ["short"] = new("a long name") },
            ScrubbedArguments = [new("short", "pages")],
        };
        var run = new ChatRun(context).Accept([.. Call(0, """{"pages":"","x":1}""", "short"), Completed]);

        run.Completion.ToolCalls.Single().Function.ShouldBe(new ChatFunction("a long name", """{"x":1}"""));
    }

    [Fact]
    public void A_custom_call_keeps_its_text()
    {
        var run = new ChatRun().Accept(CustomCall, Completed);

        run.Lines[..3].ShouldBe(["start", "0 custom call_C sql", "0 +select \"1\""]);
        run.Translator.Turn!.Items.ShouldBe([new CustomToolCallItem("call_C", "sql", "select \"1\"")]);
        ChatRun
            .Write(run.Completion)
            .ShouldContain(
                """tool_calls":[{"id":"call_C","type":"custom","custom":{"name":"sql","input":"select \"1\""}}]"""
            );
        Encoding
            .UTF8.GetString(ChatRun.Write(run.Output))
            .ShouldContain("""{"index":0,"custom":{"input":"select \"1\""}}""");
    }

    [Fact]
    public void The_oldest_form_reads_one_call()
    {
        var run = new ChatRun(ChatRun.Context() with { LegacyFunctions = true }).Accept([
            .. Call(0, "{\"a\":1}"),
            .. Call(1, "{}"),
            Completed,
        ]);

        run.Lines[..4].ShouldBe(["start", "function Read", "function +{\"a\":1}", "finish function_call"]);
        run.Completion.FunctionCall.ShouldBe(new ChatFunction("Read", "{\"a\":1}"));
        ChatRun.Write(run.Completion).ShouldContain("""function_call":{"name":"Read","arguments":"{\"a\":1}"}""");
    }

    [Fact]
    public void Citations_count_within_all_content()
    {
        var run = new ChatRun().Accept([
            .. Message(0, "😀 ab"),
            TextDelta(1, "sun "),
            Cite(1, "https://a.example/", 0, 3),
            MessageDone(1, "sun "),
            Completed,
        ]);

        run.Lines[..4].ShouldBe(["start", "+😀 ab", "+sun ", "cite https://a.example/ 4-7"]);
        ChatRun
            .Write(run.Completion)
            .ShouldContain(
                """annotations":[{"type":"url_citation","url_citation":{"start_index":4,"end_index":7,"title":"T","url":"https://a.example/"}}]"""
            );
    }

    [Fact]
    public void A_hosted_search_is_counted_and_holds_nothing_up()
    {
        var run = new ChatRun().Accept(SearchDone(0, """{"type":"search","query":"q"}"""), TextDelta(1, "Found"));

        run.Lines.ShouldBe(["start", "+Found"]);
        run.Accept(Completed).Translator.Turn!.WebSearchRequests.ShouldBe(1);
    }

    [Fact]
    public void Reasoning_is_remembered_by_the_ids_and_texts_the_client_sends_back()
    {
        var turn = new ChatRun()
            .Accept([
                .. Reasoning(0, "a"),
                .. Call(1, "{}"),
                .. Reasoning(2, "b"),
                .. Message(3, "Look "),
                SearchDone(4, """{"type":"search","query":"q"}"""),
                .. Message(5, "here"),
                Completed,
            ])
            .Translator.Turn!;

        turn.Replay.Select(entry => entry.Anchor)
            .ShouldBe([ReplayCache.CallAnchor("call_1"), ReplayCache.TextAnchor(["Look here"])]);
    }

    [Fact]
    public void What_one_answer_taught_the_next_request_carries()
    {
        const string key = "\"prompt_cache_key\":\"thread\",";
        const string question = """{"role":"user","content":"u"}""";
        var cache = new ReplayCache();
        var first = new ChatRun().Accept([.. Reasoning(0, "a"), .. Message(1, "said"), Completed]);
        var asked = ChatRequests.Translate(ChatRequests.WithMessages(question, key));
        cache.Keep(asked.Context.Conversation, first.Translator.Turn!);

        var next = ChatRequests.Translate(
            ChatRequests.WithMessages(
                $$"""{{question}},{"role":"assistant","content":"{{first.Completion.Content}}","reasoning_content":"a"},{"role":"user","content":"v"}""",
                key
            ),
            settings => settings with { FindReasoning = cache.Find }
        );

        next.Body.Input.OfType<ReasoningItem>().Single().EncryptedContent.ShouldBe("gAAAsealed");
    }

    [Fact]
    public void A_sign_of_life_is_a_comment()
    {
        var run = new ChatRun();
        run.Output.Add(ChatChunk.KeepAlive.Instance);

        Encoding.UTF8.GetString(ChatRun.Write(run.Output)).ShouldBe(": keep-alive\n\n");
        run.Translator.KeepThinkingAlive(run.Output).ShouldBeFalse();
        run.Translator.Started.ShouldBeFalse();
    }

    [Fact]
    public void The_time_and_id_are_those_of_the_response_or_of_the_request()
    {
        const string created =
            """{"type":"response.created","response":{"id":"resp_03","created_at":1790000000,"model":"m"}}""";
        var known = new ChatRun().Accept(created, TextDelta(0, "a"));
        Head(known).ShouldBe(("chatcmpl-ueLNKXBMbKMRwIPdjgy3NCUKm0WCM", 1_790_000_000));

        var early = new ChatRun();
        early.Translator.Start(early.Output);
        early.Accept(created, TextDelta(0, "a"));
        Head(early).ShouldBe(("chatcmpl-" + Identifiers.Base62Digest("req_011fixture")[..29], 1_700_000_000));
    }

    private static (string Id, long Created) Head(ChatRun run)
    {
        var heads = run
            .Output.OfType<ChatChunk.Delta>()
            .Select(delta => (delta.Head.Id, delta.Head.Created))
            .Distinct();
        return heads.Single();
    }
}
