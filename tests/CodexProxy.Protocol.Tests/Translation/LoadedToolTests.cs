using System.Text;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>What the model is told when the client has loaded a deferred tool.</summary>
public sealed class LoadedToolTests
{
    [Fact]
    public void A_loaded_tool_is_named_as_the_model_must_call_it()
    {
        const string name = "mcp__observatory__take_a_rather_long_winded_picture_of_the_current_state_of_the_sky";
        var body = RequestTranscriptTests.Translate(
            Encoding.UTF8.GetBytes(
                $$$"""
                {"model":"claude-opus-5-5","max_tokens":100,
                 "tools":[{"name":"{{{name}}}","input_schema":{"type":"object"},"defer_loading":true}],
                 "messages":[
                  {"role":"user","content":"Load it."},
                  {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"ToolSearch","input":{}}]},
                  {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1",
                   "content":[{"type":"tool_reference","tool_name":"{{{name}}}"}]}]}]}
                """
            )
        );

        var offered = body.Tools.ShouldNotBeNull().OfType<FunctionTool>().ShouldHaveSingleItem().Name;

        offered.Length.ShouldBeLessThanOrEqualTo(64);
        body.Input.OfType<FunctionCallOutputItem>()
            .ShouldHaveSingleItem()
            .Output.Text.ShouldBe($"Tool loaded: {offered}");
    }
}
