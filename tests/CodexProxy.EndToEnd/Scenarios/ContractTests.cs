using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>Switches of the real client that change what it sends to a gateway.</summary>
public sealed class ContractTests
{
    [RealClientFact]
    public async Task The_users_own_headers_and_a_second_key_do_no_harm()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Text("Hello."));

        var run = await stage.AskAsync(
            new ClientCall("Hi.")
            {
                Environment = new Dictionary<string, string>
                {
                    ["ANTHROPIC_CUSTOM_HEADERS"] = "x-team: blue\nx-cost-centre: 7",
                    ["ANTHROPIC_API_KEY"] = "sk-ant-api03-second",
                },
            }
        );

        run.Answer.ShouldBe("Hello.", run.ToString());
        stage.Asked[0].Header("x-team").ShouldBeNull();
        stage.Asked[0].Header("x-cost-centre").ShouldBeNull();
    }

    [RealClientFact]
    public async Task Fine_grained_streaming_and_fewer_betas_change_nothing()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Calls(ToolCall.Bash("echo streamed")));
        stage.Upstream.Next(Turn.Text("Done."));

        var run = await stage.AskAsync(
            new ClientCall("Run it.")
            {
                Environment = new Dictionary<string, string>
                {
                    ["CLAUDE_CODE_ENABLE_FINE_GRAINED_TOOL_STREAMING"] = "1",
                    ["CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS"] = "1",
                },
            }
        );

        run.Answer.ShouldBe("Done.", run.ToString());
        run.ResultText(0).ShouldBe("streamed");
        stage.ShouldHaveAsked(2);
    }
}
