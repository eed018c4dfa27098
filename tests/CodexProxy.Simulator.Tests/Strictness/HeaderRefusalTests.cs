using CodexProxy.Simulator.Tests.Support;

namespace CodexProxy.Simulator.Tests.Strictness;

public sealed class HeaderRefusalTests
{
    [Fact]
    public async Task Refuses_a_body_above_the_limit()
    {
        await using var caller = await Caller.StartAsync(new SimulatorOptions { MaximumBodyBytes = 100 });

        (await caller.AskAsync(Bodies.Plain)).Status.ShouldBe(413);
    }

    [Theory]
    [InlineData("version", "0.120.0", 400, "The 'gpt-5.5' model requires a newer version of Codex.")]
    [InlineData("version", "old", 400, "requires a newer version of Codex")]
    [InlineData("version", null, 400, "requires a newer version of Codex")]
    [InlineData("accept", null, 406, "text/event-stream")]
    [InlineData("chatgpt-account-id", "other", 401, "Unauthorized")]
    [InlineData("chatgpt-account-id", null, 401, "Unauthorized")]
    [InlineData("authorization", null, 401, "Unauthorized")]
    [InlineData("authorization", "Bearer forged", 401, "Unauthorized")]
    [InlineData("x-openai-internal-codex-responses-lite", "true", 400, "requires `parallel_tool_calls` to be false")]
    public async Task Refuses_wrong_headers(string name, string? value, int status, string words)
    {
        await using var caller = await Caller.StartAsync();
        using var request = caller.Request(Bodies.Plain);
        request.Headers.Remove(name);
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await caller.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(status);
        (await response.Content.ReadAsStringAsync()).ShouldContain(words);
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/json", "zstd")]
    public async Task Refuses_bodies_it_cannot_read(string type, string? encoding)
    {
        await using var caller = await Caller.StartAsync();
        using var request = caller.Request(Bodies.Plain);
        request.Content!.Headers.ContentType = new(type);
        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        using var response = await caller.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(415);
    }

    [Fact]
    public async Task Takes_the_version_from_the_user_agent_when_the_header_is_missing()
    {
        await using var caller = await Caller.StartAsync();
        using var request = caller.Request(Bodies.Plain);
        request.Headers.Remove("version");
        request.Headers.TryAddWithoutValidation("user-agent", "codex_cli_rs/0.169.0 (Debian 12.0.0; x86_64) xterm");

        using var response = await caller.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(200);
    }
}
