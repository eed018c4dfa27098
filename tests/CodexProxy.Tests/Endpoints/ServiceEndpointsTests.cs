using System.Net;
using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace CodexProxy.Tests.Endpoints;

public sealed class ServiceEndpointsTests
{
    [Fact]
    public async Task Health_tells_the_version_and_whether_somebody_is_signed_in()
    {
        await using var gateway = await RunningGateway.StartAsync();

        (await gateway.Http.GetStringAsync("/health")).ShouldBe(
            """{"status":"ok","version":"0.1.0","signed_in":false}"""
        );
    }

    [Fact]
    public async Task The_root_says_what_this_is_in_one_line()
    {
        await using var gateway = await RunningGateway.StartAsync();

        (await gateway.Http.GetStringAsync("/")).ShouldBe("codex-proxy 0.1.0\n");
    }

    [Theory]
    [InlineData("GET", "/oauth/authorize")]
    [InlineData("GET", "/.well-known/oauth-authorization-server")]
    [InlineData("POST", "/v1/metrics")]
    [InlineData("GET", "/managed/settings.json")]
    [InlineData("DELETE", "/health")]
    public async Task What_is_not_there_is_not_found_in_the_words_of_the_protocol(string method, string path)
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path + "?x=1");

        using var response = await gateway.Http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var id = response.Headers.GetValues("request-id").Single();
        id.ShouldMatch("^req_01[0-9A-Za-z]{22}$");
        (await LocalGuardTests.ErrorAsync(response)).ShouldBe(("not_found_error", $"Not found: {path}", id));
    }

    [Theory]
    [InlineData("/v1/embeddings", "Not found: /v1/embeddings")]
    [InlineData("/v1/completions", "Not found: /v1/completions")]
    [InlineData(
        "/chat/completions",
        "Not found: /chat/completions. The base URL of OpenAI's clients ends in /v1 here."
    )]
    [InlineData("/responses", "Not found: /responses. The base URL of OpenAI's clients ends in /v1 here.")]
    public async Task Clients_of_OpenAIs_protocol_are_told_in_its_words(string path, string message)
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var response = await gateway.Http.PostAsync(path, null);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var error = body.RootElement.GetProperty("error");
        error.GetProperty("message").GetString().ShouldBe(message);
        error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
        error.GetProperty("code").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Every_request_has_an_id_of_its_own_and_no_server_header()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var first = await gateway.Http.GetAsync("/health");
        using var second = await gateway.Http.GetAsync("/health");

        first.Headers.GetValues("request-id").ShouldNotBe(second.Headers.GetValues("request-id"));
        first.Headers.Contains("Server").ShouldBeFalse();
    }

    [Fact]
    public async Task A_fault_of_ours_is_a_500_that_tells_nothing_but_its_id()
    {
        await using var gateway = await RunningGateway.StartAsync(map: app =>
            app.MapGet("/broken", string () => throw new InvalidOperationException("inner detail"))
        );

        using var response = await gateway.Http.GetAsync("/broken");

        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        var error = await LocalGuardTests.ErrorAsync(response);
        error.Message.ShouldBe("Internal server error");
        response.Headers.GetValues("x-should-retry").ShouldBe(["true"]);
        gateway.Log.Lines.ShouldContain(line => line.Contains(error.RequestId) && line.Contains("inner detail"));
    }

    [Fact]
    public async Task A_rejection_is_answered_as_it_says()
    {
        await using var gateway = await RunningGateway.StartAsync(map: app =>
            app.MapGet("/rejected", string () => throw new RequestRejectedException(ClientError.Invalid("Not so.")))
        );

        using var response = await gateway.Http.GetAsync("/rejected");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await LocalGuardTests.ErrorAsync(response)).Message.ShouldBe("Not so.");
    }

    [Fact]
    public async Task The_path_prefix_of_other_gateways_is_accepted()
    {
        await using var gateway = await RunningGateway.StartAsync(map: app => app.MapPost("/v1/echo", () => "here"));

        using var response = await gateway.Http.PostAsync("/anthropic/v1/echo?beta=true", null);
        (await response.Content.ReadAsStringAsync()).ShouldBe("here");
        using var other = await gateway.Http.PostAsync("/anthropics/v1/echo", null);
        other.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
