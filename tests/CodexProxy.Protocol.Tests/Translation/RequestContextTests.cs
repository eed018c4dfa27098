using CodexProxy.Protocol.Translation;
using static CodexProxy.Protocol.Tests.Translation.Requests;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>What a request leaves for the way back.</summary>
public sealed class RequestContextTests
{
    private const string Hi = """{"role":"user","content":"Hi"}""";

    [Theory]
    [InlineData("claude-cli/2.1.0 (external, cli)", true)]
    [InlineData("Claude-CLI/2", true)]
    [InlineData("curl/8", false)]
    [InlineData(null, false)]
    public void Claude_Code_is_known_by_its_name(string? userAgent, bool known) =>
        new RequestFacts(UserAgent: userAgent).IsClaudeCode.ShouldBe(known);

    [Fact]
    public void A_request_says_how_much_it_wants_unless_it_only_counts()
    {
        const string silent = $$"""{"model":"claude-opus-5-5","messages":[{{Hi}}]}""";

        Refusal(silent).Message.ShouldBe("max_tokens: Field required");
        Translate(silent, settings => settings with { RequireMaxTokens = false }).Context.MaxTokens.ShouldBeNull();
    }

    [Theory]
    [InlineData("", false, false)]
    [InlineData(""" "thinking":{"type":"disabled"}, """, false, false)]
    [InlineData(""" "thinking":{"type":"adaptive"}, """, true, false)]
    [InlineData(""" "thinking":{"type":"adaptive","display":"omitted"}, """, true, true)]
    public void Thinking_is_shown_as_it_was_asked_for(string members, bool requested, bool omitted)
    {
        var context = Translate(WithMessages(Hi, members)).Context;

        (context.ThinkingRequested, context.ThinkingTextOmitted).ShouldBe((requested, omitted));
    }

    [Fact]
    public void Only_errors_of_tools_since_the_last_answer_count()
    {
        const string use =
            """{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"Read","input":{}},{"type":"tool_use","id":"toolu_2","name":"Read","input":{}}]}""";
        const string results =
            """{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"x","is_error":true},{"type":"tool_result","tool_use_id":"toolu_2","content":"y"}]}""";
        const string answer = """{"role":"assistant","content":"Done."}""";

        Translate(WithMessages($"{Hi},{use},{results}")).Context.ToolErrors.ShouldBe(1);
        Translate(WithMessages($"{Hi},{use},{results},{answer},{Hi}")).Context.ToolErrors.ShouldBe(0);
        Translate(WithMessages(results)).Context.ToolErrors.ShouldBe(1);
    }
}
