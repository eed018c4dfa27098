using System.Net;
using System.Text.Json;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Endpoints;

public sealed class ModelsEndpointTests
{
    [Fact]
    public async Task Every_model_is_listed_twice_in_the_shape_of_the_messages_api()
    {
        await using var stage = await Stage.StartAsync();

        using var list = await GetAsync(stage, "/v1/models?limit=1000", anthropic: true);

        var ids = list
            .RootElement.GetProperty("data")
            .EnumerateArray()
            .Select(model => model.GetProperty("id").GetString())
            .ToList();
        ids.ShouldContain("gpt-6.1-sol");
        ids.ShouldContain("claude-codex-gpt-6.1-sol");
        list.RootElement.GetProperty("has_more").GetBoolean().ShouldBeFalse();
        list.RootElement.GetProperty("data")[0].GetProperty("max_input_tokens").GetInt32().ShouldBe(272_000);
    }

    [Fact]
    public async Task Another_client_gets_the_other_shape()
    {
        await using var stage = await Stage.StartAsync();

        using var list = await GetAsync(stage, "/v1/models", anthropic: false);

        list.RootElement.GetProperty("object").GetString().ShouldBe("list");
        list.RootElement.GetProperty("data")[0].GetProperty("owned_by").GetString().ShouldBe("openai");
    }

    [Theory]
    [InlineData("/v1/models/claude-sonnet-5-5", 200)]
    [InlineData("/v1/models/gpt-5.5-high", 200)]
    [InlineData("/v1/models/gpt-unheard", 404)]
    [InlineData("/v1/models?limit=0", 400)]
    [InlineData("/v1/models?after_id=nope", 400)]
    public async Task One_model_is_described_or_not_found(string path, int status)
    {
        await using var stage = await Stage.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");

        using var response = await stage.Gateway.Http.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task The_catalogue_is_fetched_behind_the_first_answer_and_kept_on_disk()
    {
        await using var stage = await Stage.StartAsync();
        using (await GetAsync(stage, "/v1/models", anthropic: true)) { }

        await stage.Simulator.WaitForRequestAsync(CodexProxy.Simulator.Requests.SimulatedEndpoint.Models);
    }

    private static async Task<JsonDocument> GetAsync(Stage stage, string path, bool anthropic)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (anthropic)
        {
            request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        }

        using var response = await stage.Gateway.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
    }
}
