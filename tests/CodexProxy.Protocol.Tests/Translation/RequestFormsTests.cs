using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.Translation;

public sealed class RequestFormsTests
{
    private static readonly ResponsesRequest Classic = Requests.Body(
        Requests.WithMessages(
            """
            {"role":"user","content":[{"type":"text","text":"look"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}},
              {"type":"document","title":"t","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="}}]},
            {"role":"system","content":"a note"},
            {"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"gAAAAAx"},{"type":"tool_use","id":"toolu_1","name":"Read","input":{}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"done"}]}
            """,
            """
            "system":"Be brief.","tools":[{"name":"Read","input_schema":{"type":"object"}},{"type":"web_search_20250305","name":"web_search"}],"output_config":{"effort":"max"},
            """
        )
    );

    [Fact]
    public void Without_reasoning_only_the_reasoning_is_gone()
    {
        var body = Apply(FormRepairKind.WithoutReasoning);

        body.Input.ShouldNotContain(item => item is ReasoningItem);
        body.Input.Count.ShouldBe(Classic.Input.Count - 1);
    }

    [Fact]
    public void Empty_instructions_get_a_text_and_others_stay()
    {
        Apply(FormRepairKind.DefaultInstructions).Instructions.ShouldBe("Be brief.");
        RequestForms
            .Apply(
                Classic with
                {
                    Instructions = "",
                },
                Set(FormRepairKind.DefaultInstructions),
                ModelCatalogue.Embedded,
                NoText
            )
            .Instructions.ShouldBe("You are a helpful assistant.");
    }

    [Fact]
    public void A_refused_member_is_left_out()
    {
        var fast = Classic with { ServiceTier = "priority" };
        var repairs = new HashSet<FormRepair> { new(FormRepairKind.WithoutMember, "service_tier") };

        RequestForms.Apply(fast, repairs, ModelCatalogue.Embedded, NoText).ServiceTier.ShouldBeNull();
    }

    [Fact]
    public void Sources_are_not_asked_for_after_a_refusal() =>
        Apply(FormRepairKind.WithoutSearchSources).Include.ShouldBe([ResponsesRequest.IncludeEncryptedReasoning]);

    [Fact]
    public void A_search_goes_to_a_model_that_takes_it_with_an_effort_it_has()
    {
        var body = Apply(FormRepairKind.SearchModel);

        body.Model.ShouldBe("gpt-5.5");
        body.Reasoning.Effort.ShouldBe("xhigh");
        body.Input.ShouldNotContain(item => item is ReasoningItem);
    }

    [Fact]
    public void Developer_items_become_reminders_of_the_user()
    {
        var body = Apply(FormRepairKind.DeveloperAsUser);

        body.Input.ShouldNotContain(item => item is MessageItem && ((MessageItem)item).Role == "developer");
        body.Input.OfType<MessageItem>()
            .ShouldContain(item =>
                item.Content[0].Equals(new InputText("<system-reminder>\na note\n</system-reminder>"))
            );
    }

    [Fact]
    public void Files_become_their_text_page_by_page()
    {
        var body = RequestForms.Apply(
            Classic,
            Set(FormRepairKind.FilesAsText),
            ModelCatalogue.Embedded,
            _ => ["first", ""]
        );

        ((InputText)((MessageItem)body.Input[0]).Content[2]).Text.ShouldBe(
            "<document title=\"t.pdf\">\n[page 1]\nfirst\n[page 2: no text]\n</document>"
        );
    }

    [Fact]
    public void The_lite_shape_carries_tools_and_instructions_as_items()
    {
        var body = Apply(FormRepairKind.LiteShape);

        body.Instructions.ShouldBeNull();
        body.Tools.ShouldBeNull();
        body.ParallelToolCalls.ShouldBeFalse();
        body.Reasoning.Context.ShouldBe("all_turns");
        var space = (NamespaceTool)((AdditionalToolsItem)body.Input[0]).Tools.Single();
        space.Tools.OfType<FunctionTool>().Select(tool => tool.Name).ShouldBe(["Read"]);
        Requests.Text(body.Input[1]).ShouldBe("Be brief.");
        body.Input.OfType<FunctionCallItem>().Single().Namespace.ShouldBe("functions");
        body.Input.OfType<MessageItem>()
            .SelectMany(item => item.Content)
            .OfType<InputImage>()
            .Single()
            .Detail.ShouldBeNull();
    }

    [Fact]
    public void Bodies_that_differ_in_reasoning_alone_share_a_place_in_the_failure_memory()
    {
        var other = RequestForms.WithoutReasoning(Classic);

        RequestForms.CacheBodyHash(Classic).ShouldBe(RequestForms.CacheBodyHash(other));
        RequestForms.CacheBodyHash(Classic).ShouldNotBe(RequestForms.CacheBodyHash(Classic with { Model = "x" }));
    }

    private static IReadOnlyList<string>? NoText(string dataUrl) => null;

    private static HashSet<FormRepair> Set(FormRepairKind kind) => [new FormRepair(kind)];

    private static ResponsesRequest Apply(FormRepairKind kind) =>
        RequestForms.Apply(Classic, Set(kind), ModelCatalogue.Embedded, NoText);

    [Theory]
    [InlineData("reasoning.summary", true)]
    [InlineData("input[1].summary[0].type", true)]
    [InlineData("input[0].content", false)]
    [InlineData("input[9].content", false)]
    [InlineData("input[x", false)]
    [InlineData("tools[0].parameters", false)]
    public void A_refusal_of_reasoning_is_told_from_others(string param, bool isOfReasoning)
    {
        var body = Classic with
        {
            Input = [new MessageItem("user", [new InputText("a")]), new ReasoningItem("sealed")],
        };
        var failure = new UpstreamFailure { Kind = FailureKind.BadRequest, Param = param };

        RequestForms.BlamesReasoning(body, failure).ShouldBe(isOfReasoning);
    }
}
