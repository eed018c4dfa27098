using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Relay;

/// <summary>Reasoning of clients that do not carry it themselves.</summary>
public sealed class ReplayTests
{
    private const string Tools = """ "tools":[{"name":"Read","input_schema":{"type":"object","properties":{}}}],""";

    [Theory]
    [InlineData("claude-opus-5-5", true)]
    [InlineData("gpt-5.5", false)]
    public async Task It_comes_back_before_the_call_it_led_to_while_the_model_stays(string secondModel, bool comesBack)
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Reasoning("Look first.").Call("Read", ("path", "/x")));
        var first = await stage.PostAsync(
            $$"""{"model":"claude-opus-5-5","max_tokens":99,{{Tools}}"messages":[{"role":"user","content":"go"}]}"""
        );
        using var message = System.Text.Json.JsonDocument.Parse(await first.Content.ReadAsByteArrayAsync());
        var call = message.RootElement.GetProperty("content")[0];
        call.GetProperty("type").GetString().ShouldBe("tool_use", "no thinking was asked for, so none is shown");

        using var second = await stage.PostAsync(
            $$"""
            {"model":"{{secondModel}}","max_tokens":99,{{Tools}}"messages":[{"role":"user","content":"go"},
            {"role":"assistant","content":[{{call.GetRawText()}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"{{call.GetProperty(
                    "id"
                ).GetString()}}","content":"text"}]}]}
            """
        );

        stage.Simulator.Requests.Of(SimulatedEndpoint.Responses)[^1].HasReasoning.ShouldBe(comesBack);
        stage.Simulator.Requests.Refused.ShouldBeEmpty();
    }
}
