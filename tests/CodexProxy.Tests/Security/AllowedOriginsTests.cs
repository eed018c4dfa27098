using System.Net;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Security;

public sealed class AllowedOriginsTests
{
    private const string Page = "https://app.example";

    [Theory]
    [InlineData(Page, "/v1/models", true)]
    [InlineData("HTTPS://APP.example", "/v1/models", true)]
    [InlineData(Page, "/anthropic/v1/models", true)]
    [InlineData("https://app.example:8443", "/v1/models", false)]
    [InlineData("http://app.example", "/v1/models", false)]
    [InlineData("https://app.example.evil.example", "/v1/models", false)]
    [InlineData("null", "/v1/models", false)]
    [InlineData(Page, "/api/overview", false)]
    [InlineData(Page, "/API/overview", false)]
    [InlineData(Page, "/accounts", false)]
    [InlineData(Page, "/settings/account-strategy", false)]
    [InlineData(Page, "/claude/config", false)]
    [InlineData(Page, "/anthropic/accounts", false)]
    [InlineData(Page, "/dashboard/open", false)]
    [InlineData(Page, "/health", false)]
    public async Task Only_a_listed_origin_comes_in_and_only_to_the_models(string origin, string path, bool allowed)
    {
        await using var gateway = await StartAsync();
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Options])
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
            request.Headers.Add("x-api-key", "right");
            request.Headers.Add("Access-Control-Request-Method", "GET");

            using var answer = await gateway.Http.SendAsync(request);

            (answer.StatusCode != HttpStatusCode.Forbidden).ShouldBe(allowed);
            answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBe(allowed);
            answer.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
            if (allowed)
            {
                answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([origin]);
                answer.Headers.Vary.ShouldContain("Origin");
            }
        }
    }

    [Fact]
    public async Task A_preflight_needs_no_key_and_the_request_after_it_does()
    {
        await using var gateway = await StartAsync();
        using var question = new HttpRequestMessage(HttpMethod.Options, "/v1/messages");
        question.Headers.Add("Origin", Page);
        question.Headers.Add("Access-Control-Request-Method", "POST");
        question.Headers.Add("Access-Control-Request-Headers", "x-api-key,content-type,anthropic-version");
        question.Headers.Add("Access-Control-Request-Private-Network", "true");

        using var answer = await gateway.Http.SendAsync(question);

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        answer.Headers.GetValues("Access-Control-Allow-Methods").ShouldBe(["GET, POST, DELETE"]);
        answer.Headers.GetValues("Access-Control-Allow-Headers").ShouldBe(["x-api-key,content-type,anthropic-version"]);
        answer.Headers.GetValues("Access-Control-Allow-Private-Network").ShouldBe(["true"]);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages")
        {
            Content = new StringContent("{}"),
        };
        request.Headers.Add("Origin", Page);
        using var refused = await gateway.Http.SendAsync(request);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        // The page is told why.
        refused.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([Page]);
    }

    [Fact]
    public async Task An_error_that_is_thrown_can_be_read_by_the_page_too()
    {
        await using var gateway = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages")
        {
            Content = new StringContent("{}"),
        };
        request.Headers.Add("Origin", Page);
        request.Headers.Add("x-api-key", "right");

        using var answer = await gateway.Http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([Page]);
    }

    private static Task<RunningGateway> StartAsync() =>
        RunningGateway.StartAsync(options =>
            options with
            {
                Server = options.Server with { AllowedOrigins = [Page], ClientKeys = [new Secret("right")] },
            }
        );
}
