using System.Net;
using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Endpoints;

public sealed class LocalGuardTests
{
    [Theory]
    [InlineData("localhost:PORT", 200)]
    [InlineData("LOCALHOST:PORT", 200)]
    [InlineData("127.0.0.1:PORT", 200)]
    [InlineData("127.9.9.9:PORT", 200)]
    [InlineData("[::1]:PORT", 200)]
    [InlineData("box.lan", 200)]
    [InlineData("Box.lan:1234", 200)]
    [InlineData("exact.lan:80", 200)]
    [InlineData("exact.lan:81", 403)]
    [InlineData("exact.lan", 403)]
    [InlineData("localhost", 403)]
    [InlineData("localhost:1", 403)]
    [InlineData("evil.example:PORT", 403)]
    [InlineData("localhost.evil.example:PORT", 403)]
    [InlineData("127.0.0.1.evil.example:PORT", 403)]
    [InlineData("192.168.1.5:PORT", 403)]
    [InlineData("", 403)]
    public async Task Only_hosts_of_ours_are_served(string host, int status)
    {
        await using var gateway = await RunningGateway.StartAsync(options =>
            options with
            {
                Server = options.Server with { HostNames = ["box.lan", "exact.lan:80"] },
            }
        );
        host = host.Replace("PORT", $"{gateway.Address.Port}");

        var answer = await gateway.SendRawAsync($"GET /health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

        answer.ShouldStartWith($"HTTP/1.1 {status} ");
    }

    [Theory]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Origin", "http://localhost:1", 403)]
    [InlineData("Origin", "http://evil.example:PORT", 403)]
    [InlineData("Origin", "file://localhost:PORT", 403)]
    [InlineData("Origin", "http://127.0.0.1:PORT", 200)]
    [InlineData("Origin", "http://localhost:PORT", 200)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("Sec-Fetch-Site", "none", 200)]
    [InlineData("X-Forwarded-Host", "evil.example", 200)]
    public async Task Other_web_pages_are_turned_away(string header, string value, int status)
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        request.Headers.TryAddWithoutValidation(header, value.Replace("PORT", $"{gateway.Address.Port}"));

        using var response = await gateway.Http.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(status);
        response.Headers.ShouldNotContain(h => h.Key.StartsWith("Access-Control"));
        if (status == 403)
        {
            (await ErrorAsync(response)).Type.ShouldBe("permission_error");
        }
    }

    [Fact]
    public async Task A_preflight_of_a_foreign_page_is_refused()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v1/messages");
        request.Headers.Add("Origin", "https://evil.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");

        using var response = await gateway.Http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData(null, null, 401)]
    [InlineData("x-api-key", "right-1", 404)]
    [InlineData("x-api-key", "right-2", 404)]
    [InlineData("Authorization", "Bearer right-1", 404)]
    [InlineData("Authorization", "bearer right-2", 404)]
    [InlineData("Authorization", "right-1", 401)]
    [InlineData("Authorization", "Basic right-1", 401)]
    [InlineData("x-api-key", "right-", 401)]
    [InlineData("x-api-key", "right-11", 401)]
    [InlineData("x-api-key", "RIGHT-1", 401)]
    public async Task With_keys_configured_one_of_them_must_come(string? header, string? value, int status)
    {
        await using var gateway = await RunningGateway.StartAsync(WithKeys);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing");
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        using var response = await gateway.Http.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(status);
        if (status == 401)
        {
            var error = await ErrorAsync(response);
            error.ShouldBe(
                ("authentication_error", "invalid x-api-key", response.Headers.GetValues("request-id").Single())
            );
            response.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        }
    }

    [Fact]
    public async Task Either_header_is_enough_when_both_come()
    {
        await using var gateway = await RunningGateway.StartAsync(WithKeys);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing");
        request.Headers.Add("x-api-key", "wrong");
        request.Headers.Add("Authorization", "Bearer right-1");

        using var response = await gateway.Http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("HEAD", "/", 200)]
    [InlineData("HEAD", "/api/hello", 200)]
    [InlineData("GET", "/", 200)]
    [InlineData("GET", "/health", 200)]
    [InlineData("GET", "/anthropic/health", 200)]
    [InlineData("GET", "/api/hello", 401)]
    [InlineData("POST", "/", 401)]
    [InlineData("GET", "/health/more", 401)]
    [InlineData("POST", "/v1/messages", 401)]
    public async Task Probes_need_no_key_and_nothing_else_is_open(string method, string path, int status)
    {
        await using var gateway = await RunningGateway.StartAsync(WithKeys);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await gateway.Http.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("anything")]
    public async Task Without_keys_this_machine_is_served_with_any_key_or_none(string? key)
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing");
        if (key is not null)
        {
            request.Headers.Add("x-api-key", key);
        }

        using var response = await gateway.Http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_open_address_without_keys_serves_nobody_even_if_the_settings_had_let_it_pass()
    {
        await using var gateway = await RunningGateway.StartAsync(options =>
            options with
            {
                Server = options.Server with { Host = "0.0.0.0" },
            }
        );

        using var response = await gateway.Http.GetAsync("/nothing");

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Refusals_do_not_repeat_what_was_presented()
    {
        await using var gateway = await RunningGateway.StartAsync(WithKeys);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing");
        request.Headers.Add("x-api-key", "somebodys-secret");

        using var response = await gateway.Http.SendAsync(request);

        (await response.Content.ReadAsStringAsync()).ShouldNotContain("somebodys-secret");
        gateway.Log.Lines.ShouldNotContain(line => line.Contains("somebodys-secret"));
    }

    internal static async Task<(string Type, string Message, string RequestId)> ErrorAsync(HttpResponseMessage response)
    {
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        body.RootElement.GetProperty("type").GetString().ShouldBe("error");
        var error = body.RootElement.GetProperty("error");
        return (
            error.GetProperty("type").GetString()!,
            error.GetProperty("message").GetString()!,
            body.RootElement.GetProperty("request_id").GetString()!
        );
    }

    private static ProxyOptions WithKeys(ProxyOptions options) =>
        options with
        {
            Server = options.Server with { ClientKeys = [new Secret("right-1"), new Secret("right-2")] },
        };
}
