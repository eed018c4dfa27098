using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Tests.Translation;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.ChatTranslation;

/// <summary>What becomes of the members beside the messages.</summary>
public sealed class ChatFieldTests
{
    private const string Tools = """
        "tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"a tool","parameters":{"type":"object","properties":{"x":{"type":"string","minLength":1}}},"strict":true}},
        {"type":"custom","custom":{"name":"sql","description":"d","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"start: x"}}}},
        {"type":"custom","custom":{"name":"free","format":{"type":"text"}}},{"type":"mystery"}],
        """;

    [Fact]
    public void Functions_and_custom_tools_are_sent_flat()
    {
        var translated = ChatRequests.Translate(ChatRequests.With(Tools));

        Json(translated.Body, "tools")
            .ShouldBe(
                """
                [{"type":"function","name":"f","parameters":{"type":"object","properties":{}},"strict":false},{"type":"function","name":"a_tool_0b7dd41b","parameters":{"type":"object","properties":{"x":{"type":"string","minLength":1}}},"strict":false},{"type":"custom","name":"sql","description":"d","format":{"type":"grammar","syntax":"lark","definition":"start: x"}},{"type":"custom","name":"free"}]
                """.Replace("a_tool_0b7dd41b", ToolNames.Shorten("a tool"), StringComparison.Ordinal)
            );
        translated.Context.ToolNames[ToolNames.Shorten("a tool")].Name.ShouldBe("a tool");
        translated.Context.ScrubbedArguments.ShouldBe([new(ToolNames.Shorten("a tool"), "x")]);
        translated.Context.Losses.ShouldBe([
            new("tools[].function.strict", LossKind.Approximated),
            new("tools[mystery]", LossKind.Dropped),
        ]);
    }

    [Theory]
    [InlineData("\"auto\"", "\"auto\"")]
    [InlineData("\"none\"", "\"none\"")]
    [InlineData("\"required\"", "\"required\"")]
    [InlineData("""{"type":"function","function":{"name":"f"}}""", """{"type":"function","name":"f"}""")]
    [InlineData("""{"type":"custom","custom":{"name":"sql"}}""", """{"type":"custom","name":"sql"}""")]
    [InlineData(
        """{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}},{"type":"custom","custom":{"name":"sql"}}]}}""",
        """{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"f"},{"type":"custom","name":"sql"}]}"""
    )]
    public void Every_choice_has_its_flat_form(string choice, string sent) =>
        Json(ChatRequests.Translate(ChatRequests.With($"{Tools}\"tool_choice\":{choice},")).Body, "tool_choice")
            .ShouldBe(sent);

    [Fact]
    public void Where_allowed_tools_are_refused_only_those_are_sent()
    {
        const string refusal =
            """{"error":{"message":"Unknown tool_choice type: allowed_tools","param":"tool_choice"}}""";
        var body = ChatRequests
            .Translate(
                ChatRequests.With(
                    Tools
                        + """
                        "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}}]}},
                        """
                )
            )
            .Body;

        var repair = FailureReader
            .FromHttp(400, [], System.Text.Encoding.UTF8.GetBytes(refusal))
            .Repair.ShouldNotBeNull();
        var repaired = RequestForms.Apply(body, new HashSet<FormRepair> { repair }, ModelCatalogue.Embedded, _ => null);

        repair.Kind.ShouldBe(FormRepairKind.AllowedToolsOnly);
        repaired.ToolChoice.ShouldBe(ResponsesToolChoice.Auto);
        repaired.Tools!.Count.ShouldBe(1);
        ((FunctionTool)repaired.Tools[0]).Name.ShouldBe("f");
    }

    [Fact]
    public void Functions_of_the_oldest_form_are_tools_called_one_at_a_time()
    {
        var translated = ChatRequests.Translate(
            ChatRequests.With(
                "\"functions\":[{\"name\":\"f\",\"description\":\"d\"}],\"function_call\":{\"name\":\"f\"},"
            )
        );

        Json(translated.Body, "tools")
            .ShouldBe(
                """[{"type":"function","name":"f","description":"d","parameters":{"type":"object","properties":{}},"strict":false}]"""
            );
        translated.Body.ToolChoice.ShouldBe(ResponsesToolChoice.Function("f"));
        translated.Body.ParallelToolCalls.ShouldBeFalse();
        translated.Context.LegacyFunctions.ShouldBeTrue();
    }

    [Theory]
    [InlineData("", "medium", null)]
    [InlineData("\"reasoning_effort\":\"high\",", "high", null)]
    [InlineData("\"reasoning_effort\":\"none\",", "low", LossKind.Approximated)]
    [InlineData("\"reasoning_effort\":\"max\",", "xhigh", LossKind.Approximated)]
    [InlineData("\"reasoning_effort\":\"default\",", "medium", LossKind.Dropped)]
    public void The_effort_is_clamped_and_a_summary_always_asked_for(string member, string effort, LossKind? loss)
    {
        var translated = ChatRequests.Translate(
            ChatRequests.WithMessages("""{"role":"user","content":"a"}""", member, "gpt-5.5")
        );

        translated.Body.Reasoning.ShouldBe(new ReasoningSettings(effort, "auto"));
        translated.Context.Losses.ShouldBe(loss is { } kind ? [new("reasoning_effort", kind)] : []);
    }

    [Fact]
    public void An_effort_in_the_name_is_stronger_and_an_unknown_model_gets_none()
    {
        Model("gpt-5.5-low", "\"reasoning_effort\":\"high\",").Reasoning.Effort.ShouldBe("low");
        Model("gpt-99", "\"reasoning_effort\":\"high\",").Reasoning.ShouldBe(new ReasoningSettings(null, "auto"));
    }

    [Theory]
    [InlineData("gpt-5.5", "priority", "priority", false)]
    [InlineData("gpt-5.5", "flex", null, true)]
    [InlineData("gpt-5.5", "auto", null, false)]
    [InlineData("gpt-5.5", "default", null, false)]
    [InlineData("gpt-5.5-fast", "default", "priority", false)]
    [InlineData("gpt-daybreak-blue-latest", "priority", null, true)]
    public void The_priority_tier_is_kept_where_the_model_has_it(string model, string asked, string? sent, bool lost)
    {
        var translated = ChatRequests.Translate(
            ChatRequests.WithMessages("""{"role":"user","content":"a"}""", $"\"service_tier\":\"{asked}\",", model)
        );

        translated.Body.ServiceTier.ShouldBe(sent);
        translated.Context.Losses.Any(loss => loss.Path == "service_tier").ShouldBe(lost);
    }

    [Theory]
    [InlineData("\"response_format\":{\"type\":\"json_object\"},", """{"format":{"type":"json_object"}}""")]
    [InlineData("\"verbosity\":\"high\",", """{"verbosity":"high"}""")]
    [InlineData(
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a b\",\"schema\":{\"type\":\"object\"},\"strict\":true,\"description\":\"d\"}},",
        """{"format":{"type":"json_schema","name":"a_b_SHORT","schema":{"type":"object"},"strict":false}}"""
    )]
    public void The_form_of_the_answer_is_sent_flat(string members, string text) =>
        Json(ChatRequests.Translate(ChatRequests.With(members)).Body, "text")
            .ShouldBe(text.Replace("a_b_SHORT", ToolNames.Shorten("a b"), StringComparison.Ordinal));

    [Fact]
    public void Hosted_search_is_added_with_the_place_of_the_client()
    {
        var body = ChatRequests
            .Translate(
                ChatRequests.With(
                    """
                    "web_search_options":{"search_context_size":"low","user_location":{"type":"approximate","approximate":{"city":"Seoul","country":"KR"}}},
                    """
                )
            )
            .Body;

        Json(body, "tools")
            .ShouldBe(
                """[{"type":"web_search","external_web_access":true,"user_location":{"type":"approximate","country":"KR","city":"Seoul"},"search_context_size":"low"}]"""
            );
        body.Include!.ShouldContain(ResponsesRequest.IncludeSearchSources);
    }

    [Fact]
    public void The_cache_key_of_the_client_is_the_session_cut_to_its_limit()
    {
        var key = new string('k', 54) + "😀tail";
        var translated = ChatRequests.Translate(ChatRequests.With($"\"prompt_cache_key\":\"{key}\","));

        translated.Context.SessionId.ShouldBe(new string('k', 54));
        translated.Body.PromptCacheKey.ShouldStartWith(new string('k', 54) + "-");
        translated.Body.PromptCacheKey.Length.ShouldBeLessThanOrEqualTo(64);
        ChatRequests
            .Translate(ChatRequests.With("\"prompt_cache_key\":\"\","), facts: new RequestFacts("session"))
            .Context.SessionId.ShouldBe("session");
    }

    [Fact]
    public void Limits_are_kept_here_and_the_newer_one_counts()
    {
        var context = ChatRequests
            .Translate(
                ChatRequests.With(
                    "\"max_tokens\":5,\"max_completion_tokens\":7,\"stop\":\"x\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                )
            )
            .Context;

        context.MaxTokens.ShouldBe(7);
        context.StopSequences.ShouldBe(["x"]);
        context.IncludeUsage.ShouldBeTrue();
        context.Losses.ShouldBe([new("stop", LossKind.Emulated), new("max_completion_tokens", LossKind.Emulated)]);
    }

    [Fact]
    public void A_stream_says_what_it_used_only_when_asked_and_a_whole_answer_always()
    {
        ChatRequests.Translate(ChatRequests.With("\"stream\":true,")).Context.IncludeUsage.ShouldBeFalse();
        ChatRequests.Translate(ChatRequests.With("")).Context.IncludeUsage.ShouldBeTrue();
    }

    [Fact]
    public void Members_without_an_upstream_place_are_named_as_lost()
    {
        string[] dropped =
        [
            "temperature",
            "top_p",
            "presence_penalty",
            "frequency_penalty",
            "seed",
            "user",
            "store",
            "metadata",
            "safety_identifier",
            "prompt_cache_retention",
            "prompt_cache_options",
            "prediction",
            "something_new",
        ];
        var members = string.Concat(dropped.Select(name => $"\"{name}\":1,"));

        var translated = ChatRequests.Translate(ChatRequests.With(members));

        translated.Context.Losses.ShouldBe(dropped.Select(name => new TranslationLoss(name, LossKind.Dropped)));
        RequestTranscriptTests
            .Write(translated.Body)
            .ShouldBe(RequestTranscriptTests.Write(ChatRequests.Translate(ChatRequests.With("")).Body));
    }

    [Fact]
    public void The_lite_shape_takes_custom_tools_and_their_calls_along()
    {
        var body = ChatRequests.Body(
            """
            {"role":"user","content":"a"},
            {"role":"assistant","tool_calls":[{"id":"call_1","type":"custom","custom":{"name":"sql","input":"select 1"}}]},
            {"role":"tool","tool_call_id":"call_1","content":"1"}
            """,
            Tools
        );

        var lite = RequestForms.Apply(
            body,
            new HashSet<FormRepair> { FormRepair.LiteShape },
            ModelCatalogue.Embedded,
            _ => null
        );

        ((NamespaceTool)((AdditionalToolsItem)lite.Input[0]).Tools[0]).Tools.Count.ShouldBe(4);
        lite.Input.OfType<CustomToolCallItem>().Single().Namespace.ShouldBe("functions");
    }

    private static ResponsesRequest Model(string model, string members) =>
        ChatRequests.Translate(ChatRequests.WithMessages("""{"role":"user","content":"a"}""", members, model)).Body;

    private static string Json(ResponsesRequest body, string member)
    {
        using var document = System.Text.Json.JsonDocument.Parse(RequestTranscriptTests.Write(body));
        return document.RootElement.GetProperty(member).GetRawText();
    }
}
