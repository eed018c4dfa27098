using System.Text.Json;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Tests.Translation;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.Responses;

public sealed class ResponsesCallTests
{
    [Theory]
    [InlineData(
        """{"role":"user","content":"a"}""",
        """{"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]}"""
    )]
    [InlineData(
        """{"type":"message","role":"system","content":"a"}""",
        """{"type":"message","role":"developer","content":[{"type":"input_text","text":"a"}]}"""
    )]
    [InlineData(
        """{"id":"msg_1","type":"message","role":"assistant","status":"completed","phase":"commentary","content":[{"type":"output_text","text":"a","annotations":[],"logprobs":[]}]}""",
        """{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"}],"phase":"commentary"}"""
    )]
    [InlineData(
        """{"role":"assistant","content":[{"type":"refusal","refusal":"no"}]}""",
        """{"type":"message","role":"assistant","content":[{"type":"refusal","refusal":"no"}]}"""
    )]
    [InlineData(
        """{"role":"user","content":[{"type":"input_text","text":"a","prompt_cache_breakpoint":{}},{"type":"input_image","image_url":"https://x/y.png","detail":"low","file_id":null},{"type":"input_file","file_id":"file_1"}]}""",
        """{"type":"message","role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"https://x/y.png","detail":"low"},{"type":"input_file","file_id":"file_1"}]}"""
    )]
    [InlineData(
        """{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"s"}],"encrypted_content":"gAAAx","content":null}""",
        """{"type":"reasoning","summary":[{"type":"summary_text","text":"s"}],"encrypted_content":"gAAAx"}"""
    )]
    [InlineData(
        """{"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":"{}","namespace":"n","status":"completed"}""",
        """{"type":"function_call","call_id":"call_1","name":"f","arguments":"{}","namespace":"n"}"""
    )]
    [InlineData(
        """{"type":"function_call_output","call_id":"call_1","output":[{"type":"input_text","text":"a"},{"type":"encrypted_content","encrypted_content":"e"}]}""",
        """{"type":"function_call_output","call_id":"call_1","output":[{"type":"input_text","text":"a"},{"type":"encrypted_content","encrypted_content":"e"}]}"""
    )]
    [InlineData(
        """{"type":"custom_tool_call","id":"ctc_1","call_id":"call_1","name":"exec","input":"x"}""",
        """{"type":"custom_tool_call","call_id":"call_1","name":"exec","input":"x"}"""
    )]
    [InlineData(
        """{"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"find_in_page","url":"u","pattern":"p"}}""",
        """{"type":"web_search_call","status":"completed","action":{"type":"find_in_page","url":"u","pattern":"p"}}"""
    )]
    [InlineData(
        """{"type":"compaction","id":"cmp_1","encrypted_content":"e"}""",
        """{"type":"compaction","encrypted_content":"e"}"""
    )]
    [InlineData(
        """{"type":"some_future_item","id":"x","deep":{"cache_control":{"type":"ephemeral"},"kept":[1,{"prompt_cache_breakpoint":true}]}}""",
        """{"type":"some_future_item","deep":{"kept":[1,{}]}}"""
    )]
    public void An_item_goes_up_with_all_it_says_and_without_its_id(string item, string sent) =>
        Calls.ShouldBeSame(Calls.Sent(Calls.WithItems(item)).GetProperty("input")[0].GetRawText(), sent);

    [Fact]
    public void A_call_id_that_is_too_long_is_shortened_the_same_for_call_and_output()
    {
        var id = "call_" + new string('x', 80);
        var sent = Calls
            .Sent(
                Calls.WithItems(
                    $$"""
                    {"type":"function_call","call_id":"{{id}}","name":"f","arguments":""},
                    {"type":"function_call_output","call_id":"{{id}}","output":"a"},
                    {"type":"local_shell_call","call_id":"{{id}}","action":{} }
                    """
                )
            )
            .GetProperty("input");

        var ids = sent.EnumerateArray().Select(item => item.GetProperty("call_id").GetString()!).ToList();
        ids.Distinct().ShouldHaveSingleItem().Length.ShouldBe(46);
    }

    [Theory]
    [InlineData(
        """{"type":"function","name":"f"}""",
        """{"type":"function","name":"f","parameters":{"type":"object","properties":{}},"strict":false}"""
    )]
    [InlineData(
        """{"type":"function","name":"f","strict":true,"parameters":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}}""",
        """{"type":"function","name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false},"strict":true}"""
    )]
    [InlineData(
        """{"type":"custom","name":"e","description":"d","format":{"type":"grammar","syntax":"lark","definition":"g"}}""",
        """{"type":"custom","name":"e","description":"d","format":{"type":"grammar","syntax":"lark","definition":"g"}}"""
    )]
    [InlineData(
        """{"type":"web_search_preview_2025_03_11","search_context_size":"low"}""",
        """{"type":"web_search","search_context_size":"low"}"""
    )]
    [InlineData(
        """{"type":"image_generation","output_format":"png"}""",
        """{"type":"image_generation","output_format":"png"}"""
    )]
    public void A_tool_goes_up_as_it_is_with_its_schema_repaired(string tool, string sent) =>
        Calls.ShouldBeSame(Calls.Sent(Calls.With($"\"tools\":[{tool}]")).GetProperty("tools")[0].GetRawText(), sent);

    [Theory]
    [InlineData("\"required\"", "\"required\"")]
    [InlineData("""{"type":"function","name":"f"}""", """{"type":"function","name":"f"}""")]
    [InlineData("""{"type":"web_search_preview"}""", """{"type":"web_search"}""")]
    [InlineData("""{"type":"image_generation"}""", """{"type":"image_generation"}""")]
    [InlineData(
        """{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"f"}]}""",
        """{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"f"}]}"""
    )]
    [InlineData(
        """{"type":"allowed_tools","mode":"auto","tools":[{"type":"mcp","server_label":"s"}]}""",
        """{"type":"allowed_tools","mode":"auto","tools":[{"type":"mcp","server_label":"s"}]}"""
    )]
    public void A_choice_among_tools_goes_up_as_it_is(string choice, string sent) =>
        Calls.ShouldBeSame(
            Calls.Sent(Calls.With($"\"tool_choice\":{choice}")).GetProperty("tool_choice").GetRawText(),
            sent
        );

    [Theory]
    [InlineData("""{"effort":"minimal","summary":"detailed"}""", """{"effort":"low","summary":"detailed"}""")]
    [InlineData("""{"effort":"high","context":"all_turns"}""", """{"effort":"high","context":"all_turns"}""")]
    [InlineData("""{"generate_summary":"auto"}""", """{"effort":"medium","summary":"auto"}""")]
    public void Effort_is_one_the_model_has(string reasoning, string sent) =>
        Calls.ShouldBeSame(
            Calls.Sent(Calls.With($"\"reasoning\":{reasoning}")).GetProperty("reasoning").GetRawText(),
            sent
        );

    [Fact]
    public void Settings_are_an_allow_list_and_what_stays_here_is_named()
    {
        var translated = Calls.Translate(
            Calls.With(
                """
                "temperature":1,"max_output_tokens":9,"conversation":"c","store":true,"service_tier":"flex","future":1,
                "include":["message.output_text.logprobs"],"prompt_cache_key":"lane","client_metadata":{"a":"b"},
                "text":{"verbosity":"high","format":{"type":"json_schema","name":"n","description":"d","schema":{"type":"object"}}},
                "reasoning":{"effort":"minimal","mode":"x"},"tools":[{"type":"function","name":"f","defer_loading":true}]
                """
            )
        );
        var body = translated.Request.Body;

        body.PromptCacheKey.ShouldBe("lane");
        body.Include.ShouldBe(["message.output_text.logprobs", "reasoning.encrypted_content"]);
        body.Text!.Format!.Description.ShouldBe("d");
        body.ServiceTier.ShouldBeNull();
        translated
            .Request.Context.Losses.Select(loss => $"{loss.Path} {loss.Kind}")
            .ShouldBe(
                [
                    "temperature Dropped",
                    "max_output_tokens Dropped",
                    "conversation Dropped",
                    "future Dropped",
                    "tools[].defer_loading Dropped",
                    "store Emulated",
                    "reasoning.effort Approximated",
                    "reasoning.mode Dropped",
                    "service_tier Dropped",
                ],
                ignoreOrder: true
            );
    }

    [Theory]
    [InlineData("""{"model":1,"input":"a"}""", "model", "must be a string")]
    [InlineData("""{"model":"","input":"a"}""", "model", "must not be empty")]
    [InlineData("""{"model":"gpt-5.5","input":1}""", "input", "must be an array")]
    [InlineData("""{"model":"gpt-5.5","input":["a"]}""", "input[0]", "must be an object")]
    [InlineData("""{"model":"gpt-5.5","input":[{}]}""", "input[0].type", "is required")]
    [InlineData("""{"model":"gpt-5.5","input":[{"role":"user"}]}""", "input[0].content", "is required")]
    [InlineData("""{"model":"gpt-5.5","input":[{"role":"robot","content":"a"}]}""", "input[0].role", "must be one of")]
    [InlineData(
        """{"model":"gpt-5.5","input":[{"role":"user","content":[1]}]}""",
        "input[0].content[0]",
        "must be an object"
    )]
    [InlineData(
        """{"model":"gpt-5.5","input":[{"role":"user","content":[{"type":"input_text"}]}]}""",
        "input[0].content[0].text",
        "is required"
    )]
    [InlineData(
        """{"model":"gpt-5.5","input":[{"role":"user","content":[{"type":"input_image"}]}]}""",
        "input[0].content[0].image_url",
        "is required"
    )]
    [InlineData(
        """{"model":"gpt-5.5","input":[{"role":"user","content":[{"type":"input_file","filename":"a"}]}]}""",
        "input[0].content[0]",
        "needs file_data"
    )]
    [InlineData(
        """{"model":"gpt-5.5","input":[{"type":"function_call","name":"f"}]}""",
        "input[0].call_id",
        "is required"
    )]
    [InlineData(
        """{"model":"gpt-5.5","input":[{"type":"function_call_output","call_id":"c"}]}""",
        "input[0].output",
        "is required"
    )]
    [InlineData(
        """{"model":"gpt-5.5","input":[{"type":"function_call_output","call_id":"c","output":{}}]}""",
        "input[0].output",
        "must be an array"
    )]
    [InlineData(
        """{"model":"gpt-5.5","input":[{"type":"reasoning","summary":1,"encrypted_content":"x"}]}""",
        "input[0].summary",
        "must be an array"
    )]
    [InlineData("""{"model":"gpt-5.5","input":"a","tools":{}}""", "tools", "must be an array")]
    [InlineData("""{"model":"gpt-5.5","input":"a","tools":[{"name":"f"}]}""", "tools[0].type", "is required")]
    [InlineData("""{"model":"gpt-5.5","input":"a","tools":[{"type":"function"}]}""", "tools[0].name", "is required")]
    [InlineData(
        """{"model":"gpt-5.5","input":"a","tools":[{"type":"function","name":"f","parameters":1}]}""",
        "tools[0].parameters",
        "must be an object"
    )]
    [InlineData("""{"model":"gpt-5.5","input":"a","tool_choice":"maybe"}""", "tool_choice", "must be none")]
    [InlineData(
        """{"model":"gpt-5.5","input":"a","tool_choice":{"type":"function"}}""",
        "tool_choice.name",
        "is required"
    )]
    [InlineData("""{"model":"gpt-5.5","input":"a","stream":"yes"}""", "stream", "must be true or false")]
    [InlineData("""{"model":"gpt-5.5","input":"a","store":1}""", "store", "must be true or false")]
    [InlineData(
        """{"model":"gpt-5.5","input":"a","parallel_tool_calls":1}""",
        "parallel_tool_calls",
        "must be true or false"
    )]
    [InlineData("""{"model":"gpt-5.5","input":"a","instructions":[]}""", "instructions", "must be a string")]
    [InlineData("""{"model":"gpt-5.5","input":"a","reasoning":"high"}""", "reasoning", "must be an object")]
    [InlineData("""{"model":"gpt-5.5","input":"a","reasoning":{"effort":3}}""", "reasoning.effort", "must be a string")]
    [InlineData("""{"model":"gpt-5.5","input":"a","include":[1]}""", "include[0]", "must be a string")]
    [InlineData(
        """{"model":"gpt-5.5","input":"a","text":{"format":{"type":"json_schema","name":"n"}}}""",
        "text.format.schema",
        "is required"
    )]
    [InlineData("""{"model":"gpt-5.5","input":"a","background":true}""", "background", "not supported")]
    public void A_wrong_field_is_named(string json, string field, string problem)
    {
        var error = Calls.Refusal(json);

        error.Status.ShouldBe(400);
        error.Param.ShouldBe(field);
        error.Message.ShouldStartWith($"{field}: ");
        error.Message.ShouldContain(problem);
    }

    [Theory]
    [InlineData("http-classic-gpt-5.5.json")]
    [InlineData("http-responses-lite-gpt-6.1-sol.json")]
    [InlineData("http-tool-result-image-schema-gpt-5.5.json")]
    [InlineData("http-compaction-v2-gpt-5.5.json")]
    public void What_the_vendors_client_sends_comes_through_whole(string capture)
    {
        using var document = JsonDocument.Parse(ResponseFixtures.ReadBytes("codex-backend", "captured", capture));
        var original = document.RootElement.GetProperty("body_decoded");

        var sent = Calls.Sent(original.GetRawText());

        foreach (var member in original.EnumerateObject().Where(member => member.Name != "input"))
        {
            Calls.ShouldBeSame(sent.GetProperty(member.Name).GetRawText(), member.Value.GetRawText());
        }

        foreach (var (item, index) in original.GetProperty("input").EnumerateArray().Select((item, i) => (item, i)))
        {
            Calls.ShouldBeSame(sent.GetProperty("input")[index].GetRawText(), WithoutBookkeeping(item));
        }
    }

    [Fact]
    public void What_is_appended_leaves_what_stood_there_as_it_was()
    {
        var items = new List<string>
        {
            """{"role":"user","content":"a"}""",
            """{"type":"reasoning","summary":[],"encrypted_content":"gAAA"}""",
            """{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"}""",
            """{"type":"function_call_output","call_id":"c1","output":"b"}""",
            """{"role":"assistant","content":"c"}""",
            """{"type":"compaction","encrypted_content":"e"}""",
        };
        string? before = null;
        for (var count = 1; count <= items.Count; count++)
        {
            var sent = Calls.Sent(Calls.WithItems(string.Join(',', items.Take(count))));
            var input = sent.GetProperty("input").GetRawText();
            before?[..^1].ShouldBe(input[..(before.Length - 1)]);
            before = input;
        }
    }

    [Fact]
    public void An_earlier_exchange_stands_before_what_is_new()
    {
        var kept = new KeptResponse(
            "resp_1",
            [new KeptItem(null, new MessageItem("user", [new InputText("a")]))],
            [new KeptItem("msg_1", new MessageItem("assistant", [new OutputText("b")]))],
            default
        );

        var translated = Calls.Translate(
            Calls.With("\"previous_response_id\":\"resp_1\""),
            new ResponsesFacts(null, id => id == kept.Id ? kept : null, _ => null)
        );

        translated.Input.Count.ShouldBe(3);
        translated.Input[1].Id.ShouldBe("msg_1");
        translated.Request.Context.Losses.ShouldContain(new TranslationLoss("previous_response_id", LossKind.Emulated));
    }

    private static string WithoutBookkeeping(JsonElement item) =>
        JsonSerializer.Serialize(
            item.EnumerateObject()
                .Where(member => member.Name is not ("id" or "status" or "internal_chat_message_metadata_passthrough"))
                .ToDictionary(member => member.Name, member => member.Value)
        );

    [Fact]
    public void Half_of_a_surrogate_pair_is_mended_as_in_every_protocol() =>
        Calls
            .Sent("""{"model":"gpt-5.5","input":[{"role":"user","content":"a\ud800"}]}""")
            .GetProperty("input")[0]
            .GetProperty("content")[0]
            .GetProperty("text")
            .GetString()
            .ShouldBe("a\ufffd");
}
