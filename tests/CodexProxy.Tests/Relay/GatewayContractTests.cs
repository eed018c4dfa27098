using System.Net;
using System.Text;
using CodexProxy.Simulator.Requests;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Relay;

/// <summary>What the contract between Claude Code and a gateway leaves open.</summary>
public sealed class GatewayContractTests
{
    [Theory]
    [InlineData("anthropic-beta", "context-1m-2031-01-01,interleaved-thinking-2025-05-14,of-a-later-year-2031-02-02")]
    [InlineData("anthropic-later", "yes")]
    [InlineData("x-claude-code-later", "yes")]
    [InlineData("x-claude-code-parent-agent-id", "a1b2c3")]
    public async Task What_is_newer_than_the_gateway_is_never_refused(string header, string value)
    {
        await using var stage = await Stage.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages?beta=true&later=1")
        {
            Content = new StringContent(
                """
                {"model":"claude-opus-5-5","max_tokens":64,"member_of_later":{"deep":[1]},
                 "output_config":{"effort":"low","of_later":true,"task_budget":{"type":"tokens","total":5000}},
                 "tools":[{"name":"t","input_schema":{"type":"object"},"of_later":1,"eager_input_streaming":true}],
                 "messages":[{"role":"user","of_later":1,"content":[{"type":"text","text":"a","of_later":{}}]}]}
                """,
                Encoding.UTF8,
                "application/json"
            ),
        };
        request.Headers.TryAddWithoutValidation("anthropic-version", "2031-01-01");
        request.Headers.TryAddWithoutValidation(header, value);

        using var response = await stage.Gateway.Http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        var sent = stage.Simulator.Requests.Of(SimulatedEndpoint.Responses).ShouldHaveSingleItem();
        sent.Header(header).ShouldBeNull();
        sent.Body.GetRawText().ShouldNotContain("later");
    }
}
