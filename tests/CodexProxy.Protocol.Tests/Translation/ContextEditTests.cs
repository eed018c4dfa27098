using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Tests.Translation;

public sealed class ContextEditTests
{
    private const string Calls = """
        {"role":"user","content":"go"},
        {"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"Read","input":{"p":1}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"first result, long enough to matter"}]},
        {"role":"assistant","content":[{"type":"tool_use","id":"toolu_2","name":"Read","input":{"p":2}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_2","content":"second result, long enough to matter"}]}
        """;

    [Fact]
    public void Old_results_are_cleared_and_the_edit_is_reported()
    {
        var translated = Requests.Translate(
            Requests.WithMessages(
                Calls,
                """
                "context_management":{"edits":[{"type":"clear_tool_uses_20250919","trigger":{"type":"tool_uses","value":2},"keep":{"type":"tool_uses","value":1},"clear_tool_inputs":true}]},
                """
            )
        );

        var outputs = translated.Body.Input.OfType<FunctionCallOutputItem>().Select(Requests.Text).ToList();
        outputs.ShouldBe(["[Old tool result content cleared]", "second result, long enough to matter"]);
        translated.Body.Input.OfType<FunctionCallItem>().Select(call => call.Arguments).ShouldBe(["{}", "{\"p\":2}"]);
        var edit = translated.Context.AppliedEdits.ShouldHaveSingleItem();
        edit.ClearedToolUses.ShouldBe(1);
        edit.ClearedInputTokens.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("\"trigger\":{\"type\":\"tool_uses\",\"value\":9},\"keep\":{\"type\":\"tool_uses\",\"value\":1}")]
    [InlineData("\"trigger\":{\"type\":\"tool_uses\",\"value\":1},\"keep\":{\"type\":\"tool_uses\",\"value\":2}")]
    [InlineData("\"trigger\":{\"type\":\"tool_uses\",\"value\":1},\"keep\":{\"value\":0},\"exclude_tools\":[\"Read\"]")]
    [InlineData(
        "\"trigger\":{\"type\":\"tool_uses\",\"value\":1},\"keep\":{\"value\":0},\"clear_at_least\":{\"value\":99999}"
    )]
    [InlineData("\"keep\":{\"value\":0}")]
    public void An_edit_that_is_not_due_changes_nothing(string settings)
    {
        var translated = Requests.Translate(
            Requests.WithMessages(
                Calls,
                $$"""
                "context_management":{"edits":[{"type":"clear_tool_uses_20250919",{{settings}}}]},
                """
            )
        );

        translated.Context.AppliedEdits.ShouldBeEmpty();
        translated
            .Body.Input.OfType<FunctionCallOutputItem>()
            .Select(Requests.Text)
            .ShouldNotContain(text => text.StartsWith('['));
    }

    [Fact]
    public void A_summary_stands_for_everything_before_it()
    {
        var body = Requests.Body(
            Requests.WithMessages(
                """
                {"role":"user","content":"long ago"},
                {"role":"assistant","content":[{"type":"compaction","content":"They spoke."}]},
                {"role":"user","content":"now"}
                """
            )
        );

        body.Input.Select(Requests.Text).ShouldBe(["Summary of the conversation so far:\nThey spoke.", "now"]);
        ((MessageItem)body.Input[0]).Role.ShouldBe("developer");
    }
}
