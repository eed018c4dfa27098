using System.Text.Json;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.ChatTranslation;

/// <summary>What becomes of the messages.</summary>
public sealed class ChatHistoryTests
{
    private const string NoResult = "[No result: the tool call was interrupted before it returned.]";

    [Fact]
    public void Instructions_lead_and_later_ones_keep_their_place()
    {
        var body = ChatRequests.Body(
            """
            {"role":"system","content":"A"},{"role":"developer","content":[{"type":"text","text":"B"},{"type":"text","text":" "}]},
            {"role":"user","content":"u"},{"role":"developer","content":"C"}
            """
        );

        body.Instructions.ShouldBe("A\n\nB");
        Items(body).ShouldBe([Message("user", "u"), Message("developer", "C")]);
    }

    [Fact]
    public void Images_keep_their_detail_and_text_files_become_text()
    {
        var body = ChatRequests.Body(
            """
            {"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA==","detail":"high"}},{"type":"image_url","image_url":"https://x/i.png"},
            {"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;charset=utf-8;base64,aGk="}},
            {"type":"file","file":{"filename":"b","file_data":"data:application/pdf;base64,JVBERg=="}},{"type":"file","file":{"file_data":"JVBERg=="}}]}
            """
        );

        ((MessageItem)body.Input[0]).Content.ShouldBe([
            new InputImage("data:image/png;base64,AA==", "high"),
            new InputImage("https://x/i.png"),
            new InputText("<document title=\"a.txt\">\nhi\n</document>"),
            new InputFile("b.pdf", "data:application/pdf;base64,JVBERg=="),
            new InputFile("document.pdf", "data:application/pdf;base64,JVBERg=="),
        ]);
    }

    [Fact]
    public void A_model_without_images_is_told_of_them()
    {
        var translated = ChatRequests.Translate(
            ChatRequests.WithMessages(
                """{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/i.png"}}]}"""
            ),
            settings =>
                settings with
                {
                    Model = settings.Model with { Model = settings.Model.Model with { Images = false } },
                }
        );

        Items(translated.Body).ShouldBe([Message("user", "[image omitted: this model does not take images]")]);
        translated.Context.Losses.ShouldBe([new("messages[].content[].image", LossKind.Dropped)]);
    }

    [Fact]
    public void A_turn_of_the_model_is_its_words_then_its_calls()
    {
        var body = ChatRequests.Body(
            """
            {"role":"user","content":"u"},
            {"role":"assistant","content":[{"type":"text","text":"a"},{"type":"refusal","refusal":"r"}],"reasoning_content":"ignored","refusal":"s",
             "tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{ \"x\": 1 }"}},{"id":"call_2","type":"custom","custom":{"name":"c","input":"free text"}}]},
            {"role":"tool","tool_call_id":"call_2","content":"two"},{"role":"tool","tool_call_id":"call_1","content":[{"type":"text","text":"o"},{"type":"text","text":"ne"}]},
            {"role":"assistant","content":"done"}, {"role":"user","content":"v"}
            """
        );

        Items(body)[1..]
            .ShouldBe([
                """{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"},{"type":"output_text","text":"r"},{"type":"output_text","text":"s"}],"phase":"commentary"}""",
                // Arguments stay as the model wrote them.
                """{"type":"function_call","call_id":"call_1","name":"f","arguments":"{ \u0022x\u0022: 1 }"}""",
                """{"type":"custom_tool_call","call_id":"call_2","name":"c","input":"free text"}""",
                """{"type":"custom_tool_call_output","call_id":"call_2","output":"two"}""",
                """{"type":"function_call_output","call_id":"call_1","output":"o\nne"}""",
                """{"type":"message","role":"assistant","content":[{"type":"output_text","text":"done"}],"phase":"final_answer"}""",
                Message("user", "v"),
            ]);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"not json\"")]
    [InlineData("\"[1]\"")]
    [InlineData("null")]
    public void Arguments_that_are_no_object_become_an_empty_one(string arguments) =>
        ChatRequests
            .Body(
                $$$"""{"role":"user","content":"u"},{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":{{{arguments}}}}}]},{"role":"tool","tool_call_id":"c","content":""}"""
            )
            .Input.OfType<FunctionCallItem>()
            .Single()
            .Arguments.ShouldBe("{}");

    [Fact]
    public void Images_of_a_tool_stay_in_its_output_and_files_follow_it()
    {
        var body = ChatRequests.Body(
            """
            {"role":"user","content":"u"},{"role":"assistant","tool_calls":[{"id":"call_1","function":{"name":"f","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"call_1","content":[{"type":"text","text":"t"},{"type":"image_url","image_url":{"url":"https://x/i.png"}},{"type":"file","file":{"filename":"a.pdf","file_data":"JVBERg=="}}]}
            """
        );

        Items(body)[2..]
            .ShouldBe([
                """{"type":"function_call_output","call_id":"call_1","output":[{"type":"input_text","text":"t"},{"type":"input_image","image_url":"https://x/i.png","detail":"auto"},{"type":"input_text","text":"[File a.pdf: see the message after the tool results]"}]}""",
                """{"type":"message","role":"user","content":[{"type":"input_text","text":"File a.pdf from tool call call_1:"},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}]}""",
            ]);
    }

    [Fact]
    public void Calls_without_results_and_results_without_calls_are_mended()
    {
        var body = ChatRequests.Body(
            """
            {"role":"tool","tool_call_id":"gone","content":"lost"},
            {"role":"assistant","tool_calls":[{"id":"call_1","function":{"name":"f","arguments":"{}"}},{"id":"call_1","function":{"name":"f","arguments":"{}"}},{"id":"call_3","type":"custom","custom":{"name":"c","input":""}}]},
            {"role":"tool","tool_call_id":"call_1","content":"a"},{"role":"tool","tool_call_id":"call_1","content":"b"},{"role":"tool","tool_call_id":"call_1","content":"c"},
            {"role":"user","content":"go on"}
            """
        );

        Items(body)
            .ShouldBe([
                Message("user", "[Result of an earlier tool call gone]\\nlost"),
                """{"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"}""",
                """{"type":"function_call","call_id":"call_1_2","name":"f","arguments":"{}"}""",
                """{"type":"custom_tool_call","call_id":"call_3","name":"c","input":""}""",
                """{"type":"function_call_output","call_id":"call_1_2","output":"a"}""",
                """{"type":"function_call_output","call_id":"call_1","output":"b"}""",
                $$"""{"type":"custom_tool_call_output","call_id":"call_3","output":"{{NoResult}}"}""",
                Message("user", "[Result of an earlier tool call call_1]\\nc"),
                Message("user", "go on"),
            ]);
    }

    [Fact]
    public void Calls_of_the_oldest_form_get_ids_of_their_content()
    {
        var body = ChatRequests.Body(
            """
            {"role":"user","content":"u"},
            {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"1"},
            {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"2"},
            {"role":"function","name":"g","content":"3"}
            """
        );

        var id = "call_" + Identifiers.Hex("f\n{}", 24);
        body.Input.OfType<FunctionCallItem>().Select(call => call.CallId).ShouldBe([id, id + "_2"]);
        body.Input.OfType<FunctionCallOutputItem>()
            .Select(output => (output.CallId, output.Output.Text))
            .ShouldBe([(id, "1"), (id + "_2", "2")]);
        Items(body)[^1].ShouldBe(Message("user", "[Result of an earlier tool call g]\\n3"));
    }

    [Fact]
    public void Long_and_odd_ids_are_shortened_alike_on_both_sides()
    {
        var odd = new string('x', 70) + "|1";
        var body = ChatRequests.Body(
            $$$"""{"role":"user","content":"u"},{"role":"assistant","tool_calls":[{"id":"{{{odd}}}","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"{{{odd}}}","content":"r"}"""
        );

        var call = body.Input.OfType<FunctionCallItem>().Single();
        call.CallId.ShouldBe("call_h" + Identifiers.Hex(odd, 40));
        body.Input.OfType<FunctionCallOutputItem>().Single().CallId.ShouldBe(call.CallId);
    }

    [Fact]
    public void A_conversation_that_ends_with_the_model_is_continued()
    {
        var translated = ChatRequests.Translate(
            ChatRequests.WithMessages("""{"role":"user","content":"u"},{"role":"assistant","content":"Once "}""")
        );

        translated.Context.Prefill.ShouldBe("Once");
        ((MessageItem)translated.Body.Input[^1]).Role.ShouldBe("developer");
    }

    [Fact]
    public void A_refused_continuation_is_refused_in_the_words_of_this_protocol()
    {
        var error = ChatRequests.Refusal(() =>
            ChatRequests.Translate(
                ChatRequests.WithMessages("""{"role":"user","content":"u"},{"role":"assistant","content":"x"}"""),
                settings => settings with { RejectPrefill = true }
            )
        );

        error.Status.ShouldBe(400);
        error.Type.ShouldBe("invalid_request_error");
        error.Param.ShouldBeNull();
    }

    [Fact]
    public void What_messages_cannot_carry_is_named()
    {
        var translated = ChatRequests.Translate(
            ChatRequests.WithMessages(
                """
                {"role":"system","content":[{"type":"text","text":"s"},{"type":"image_url","image_url":{"url":"https://x/i"}}]},
                {"role":"user","name":"bob","content":[{"type":"text","text":"a"},{"type":"new_kind","x":1}]},
                {"role":"assistant","audio":{"id":"a"},"content":[{"type":"text","text":"b"},{"type":"image_url","image_url":{"url":"https://x/i"}}]},
                {"role":"user","content":"c"}
                """
            )
        );

        translated.Context.Losses.ShouldBe([
            new("messages[].content[].image_url", LossKind.Dropped),
            new("messages[].name", LossKind.Dropped),
            new("messages[].audio", LossKind.Dropped),
            new("messages[].content[].new_kind", LossKind.Approximated),
        ]);
        ((MessageItem)translated.Body.Input[0])
            .Content[1]
            .ShouldBe(new InputText("""[block new_kind: {"type":"new_kind","x":1}]"""));
    }

    [Fact]
    public void Reasoning_comes_back_from_the_cache_before_what_it_led_to()
    {
        var json = ChatRequests.WithMessages(
            """
            {"role":"user","content":"u"},
            {"role":"assistant","tool_calls":[{"id":"call_1","function":{"name":"f","arguments":"{}"}},{"id":"call_2","function":{"name":"f","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"call_1","content":"r"},{"role":"tool","tool_call_id":"call_2","content":"r"},
            {"role":"assistant","content":"said"},{"role":"user","content":"v"}
            """,
            "\"prompt_cache_key\":\"thread\","
        );
        var conversation = ChatRequests.Translate(json).Context.Conversation;
        var cache = new ReplayCache();
        var sealedBy = new ReasoningEnvelope("gAAAone", "gpt-5.6-sol", null, null);
        cache.Keep(conversation, ReplayCache.CallAnchor("call_1"), [sealedBy]);
        cache.Keep(conversation, ReplayCache.TextAnchor(["said"]), [sealedBy with { EncryptedContent = "gAAAtwo" }]);
        cache.Keep(conversation, ReplayCache.CallAnchor("call_2"), [sealedBy with { Model = "another" }]);

        var items = ChatRequests.Translate(json, settings => settings with { FindReasoning = cache.Find }).Body.Input;

        items
            .Select(item => item is ReasoningItem reasoning ? reasoning.EncryptedContent : item.GetType().Name)
            .ShouldBe([
                "MessageItem",
                "gAAAone",
                "FunctionCallItem",
                "FunctionCallItem",
                "FunctionCallOutputItem",
                "FunctionCallOutputItem",
                "gAAAtwo",
                "MessageItem",
                "MessageItem",
            ]);
    }

    private static List<string> Items(ResponsesRequest body) =>
        [.. body.Input.Select(item => JsonSerializer.Serialize(item, OpenAIJson.Default.InputItem))];

    private static string Message(string role, string text) =>
        $$"""{"type":"message","role":"{{role}}","content":[{"type":"input_text","text":"{{text}}"}]}""";
}
