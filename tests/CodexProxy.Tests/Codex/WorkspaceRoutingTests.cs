using System.Net;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Requests;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Codex;

/// <summary>Workspaces that are bound to a region.</summary>
public sealed class WorkspaceRoutingTests
{
    private const string Hello =
        """{"model":"claude-opus-5-5","max_tokens":64,"messages":[{"role":"user","content":"Hello."}]}""";

    [Fact]
    public async Task A_bound_workspace_is_asked_at_its_own_origin_and_with_its_own_header()
    {
        await using var region = await CodexSimulator.StartAsync();
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Accounts.Default.BackendOrigin = region.Address.ToString().TrimEnd('/');
        stage.Simulator.Accounts.Default.RoutingOverride = "us_cr";

        // The region knows nothing of the login: what matters is that it was asked.
        using var response = await stage.PostAsync(Hello);

        stage.Simulator.Requests.Responses.ShouldBeEmpty();
        region.Requests.Responses.ShouldNotBeEmpty();
        region.Requests.Responses[0].Header("x-openai-account-routing-override").ShouldBe("us_cr");
    }

    [Fact]
    public async Task An_ordinary_workspace_is_looked_up_once_an_hour()
    {
        var time = new ManualTime();
        await using var stage = await Stage.StartAsync(new SimulatorOptions { TimeProvider = time }, time: time);

        await OkAsync(stage);
        await OkAsync(stage);
        stage.Simulator.Requests.Count(SimulatedEndpoint.AccountsCheck).ShouldBe(1);
        stage.Simulator.Requests.Last.Header("x-openai-account-routing-override").ShouldBeNull();

        time.Advance(TimeSpan.FromHours(1));
        await OkAsync(stage);
        stage.Simulator.Requests.Count(SimulatedEndpoint.AccountsCheck).ShouldBe(2);
    }

    [Theory]
    [InlineData("https://chatgpt.com.evil.example")]
    [InlineData("https://user@127.0.0.1")]
    [InlineData("http://127.0.0.1:1/path")]
    [InlineData("nonsense")]
    public async Task An_origin_that_is_not_the_backends_own_gets_no_token(string origin)
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Accounts.Default.BackendOrigin = origin;

        await OkAsync(stage);

        stage.Simulator.Requests.Responses.ShouldHaveSingleItem();
        stage.Gateway.Log.Lines.ShouldContain(line => line.Contains("could not be learned"));
    }

    [Fact]
    public async Task A_lookup_that_fails_costs_nothing_but_a_line_in_the_log()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.NextReply(SimulatedEndpoint.AccountsCheck, new HttpReply(500, "no"));

        await OkAsync(stage);
        await OkAsync(stage);

        stage.Simulator.Requests.Count(SimulatedEndpoint.AccountsCheck).ShouldBe(1);
    }

    private static async Task OkAsync(Stage stage)
    {
        using var response = await stage.PostAsync(Hello);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
