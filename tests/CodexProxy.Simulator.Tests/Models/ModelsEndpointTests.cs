using System.Net;
using System.Text.Json;
using CodexProxy.Simulator.Tests.Support;

namespace CodexProxy.Simulator.Tests.Models;

public sealed class ModelsEndpointTests
{
    private static readonly string[] Compared =
    [
        "slug",
        "display_name",
        "default_reasoning_level",
        "context_window",
        "max_context_window",
        "use_responses_lite",
        "minimal_client_version",
        "visibility",
        "priority",
        "default_verbosity",
        "default_service_tier",
        "model_specialty",
        "supports_parallel_tool_calls",
        "comp_hash",
    ];

    [Fact]
    public async Task Lists_the_models_of_the_sample_with_the_same_values()
    {
        await using var caller = await Caller.StartAsync();

        var (_, body) = await caller.GetAsync("/backend-api/codex/models?client_version=0.169.0");

        var expected = Fixtures.Json("codex-backend", "json", "models-response.json").GetProperty("models");
        body.GetProperty("models").GetArrayLength().ShouldBe(expected.GetArrayLength());
        foreach (var model in expected.EnumerateArray())
        {
            var slug = model.GetProperty("slug").GetString();
            var served = body.GetProperty("models")
                .EnumerateArray()
                .Single(entry => entry.GetProperty("slug").GetString() == slug);
            foreach (var member in Compared)
            {
                served
                    .GetProperty(member)
                    .GetRawText()
                    .ShouldBe(model.GetProperty(member).GetRawText(), $"{slug}.{member}");
            }

            Efforts(served).ShouldBe(Efforts(model), slug);
            served
                .GetProperty("service_tiers")
                .GetArrayLength()
                .ShouldBe(model.GetProperty("service_tiers").GetArrayLength());
        }

        static string[] Efforts(JsonElement model) =>
            [
                .. model
                    .GetProperty("supported_reasoning_levels")
                    .EnumerateArray()
                    .Select(level => level.GetProperty("effort").GetString()!),
            ];
    }

    [Fact]
    public async Task Hides_what_an_old_client_cannot_use()
    {
        await using var caller = await Caller.StartAsync();

        var (_, body) = await caller.GetAsync("/backend-api/codex/models?client_version=0.130.0");

        body.GetProperty("models")
            .EnumerateArray()
            .Select(model => model.GetProperty("slug").GetString())
            .ShouldBe(["gpt-5.5", "codex-auto-review"]);
    }

    [Theory]
    [InlineData("", 422)]
    [InlineData("?client_version=0.169", 400)]
    [InlineData("?client_version=latest", 400)]
    public async Task Demands_a_version_of_three_numbers(string query, int status)
    {
        await using var caller = await Caller.StartAsync();

        (await caller.GetAsync($"/backend-api/codex/models{query}")).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Tags_the_catalogue_and_answers_a_known_tag_shortly()
    {
        await using var caller = await Caller.StartAsync();
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(caller.Simulator.Address, "/backend-api/codex/models?client_version=0.169.0")
        );
        caller.SignIn(request);
        request.Headers.TryAddWithoutValidation("if-none-match", caller.Simulator.Models.ETag);

        using var response = await caller.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        response.Headers.ETag!.Tag.ShouldBe(caller.Simulator.Models.ETag);
    }
}
