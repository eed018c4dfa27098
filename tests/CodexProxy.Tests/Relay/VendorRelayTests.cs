using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Diagnosis;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Relay;

/// <summary>The vendor's own client: nothing of it changes but the credentials.</summary>
public sealed class VendorRelayTests
{
    internal const string Agent = "codex_exec/0.169.0 (Debian 12.0.0; x86_64) xterm (codex_exec; 0.169.0)";

    // The backend does without instructions where its own client sends none.
    private static readonly SimulatorOptions Vendors = new() { RequireInstructions = false };

    [Theory]
    [InlineData("http-classic-gpt-5.5.json")]
    [InlineData("http-responses-lite-gpt-6.1-sol.json")]
    public async Task A_captured_request_goes_up_byte_for_byte(string capture)
    {
        await using var stage = await Stage.StartAsync(Vendors);
        var (headers, body) = Read(capture);

        using var response = await SendAsync(stage, body, headers);

        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        var sent = stage.Simulator.Requests.Of(SimulatedEndpoint.Responses).Single();
        sent.Content.ToArray().ShouldBe(body);
        foreach (
            var (name, value) in headers.Where(header => header.Key.StartsWith("x-codex") || header.Key == "version")
        )
        {
            sent.Header(name).ShouldBe(value);
        }

        sent.Header("user-agent").ShouldBe(Agent);
        sent.Header("chatgpt-account-id").ShouldBe(stage.Simulator.Accounts.Default.Id);
        sent.Header("authorization")!.ShouldNotContain("local-key");
        sent.Header("x-api-key").ShouldBeNull();
    }

    [Fact]
    public async Task The_answer_comes_down_byte_for_byte_and_its_headers_feed_the_quota()
    {
        await using var stage = await Stage.StartAsync(Vendors);
        var script =
            "event: codex.rate_limits\ndata: {\"type\":\"codex.rate_limits\"}\n\n: odd  bytes\n\nevent: x\ndata: {}\n\n"u8.ToArray();
        stage.Simulator.Next(Turn.RawSse(script));

        using var response = await SendAsync(stage, Request());

        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(script);
        response.Headers.Contains("x-codex-primary-used-percent").ShouldBeTrue();
        response.Headers.Contains("x-models-etag").ShouldBeTrue();
        stage.Gateway.Get<QuotaBook>().Known(await KeyAsync(stage)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_body_in_a_coding_of_its_own_is_left_alone()
    {
        await using var stage = await Stage.StartAsync(Vendors);
        byte[] packed = [0x28, 0xB5, 0x2F, 0xFD, 0x04, 0x00, 0x11, 0x00, 0x00, 0x7B, 0x7D];

        using var response = await SendAsync(stage, packed, [new("content-encoding", "zstd")]);

        var sent = stage.Simulator.Requests.Of(SimulatedEndpoint.Responses).Single();
        sent.Content.ToArray().ShouldBe(packed);
        sent.Header("content-encoding").ShouldBe("zstd");
        ((int)response.StatusCode).ShouldBe(415, "that is the simulator's own word");
        (await response.JsonAsync()).GetProperty("detail").GetString()!.ShouldContain("zstd");
    }

    [Fact]
    public async Task A_revoked_token_is_renewed_and_nothing_is_seen_of_it()
    {
        await using var stage = await Stage.StartAsync(Vendors);
        stage.Simulator.Tokens.RevokeAccessTokens(stage.Simulator.Accounts.Default);

        using var response = await SendAsync(stage, Request());

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        stage.Simulator.Tokens.Refreshes.ShouldBe(1);
    }

    [Fact]
    public async Task An_error_comes_down_as_it_is_where_no_other_account_can_serve()
    {
        await using var stage = await Stage.StartAsync(Vendors);
        stage.Simulator.Quota.Exhaust();

        using var response = await SendAsync(stage, Request());

        ((int)response.StatusCode).ShouldBe(429);
        (await response.JsonAsync())
            .GetProperty("error")
            .GetProperty("type")
            .GetString()
            .ShouldBe("usage_limit_reached");
    }

    [Fact]
    public async Task An_error_that_breaks_off_is_told_as_an_upstream_that_cannot_be_reached()
    {
        using var upstream = new StubHandler(_ => new HttpResponseMessage(HttpStatusCode.TooManyRequests)
        {
            Content = new StreamContent(new BrokenStream()),
        });
        await using var stage = await Stage.StartAsync(Vendors, upstream: upstream);

        using var response = await SendAsync(stage, Request());

        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await response.JsonAsync())
            .GetProperty("error")
            .GetProperty("message")
            .GetString()
            .ShouldBe("The upstream could not be reached.");
    }

    [Fact]
    public async Task Another_account_serves_where_there_is_one()
    {
        await using var stage = await Stage.StartAsync(
            Vendors,
            signedIn: false,
            configure: options => options with { Accounts = options.Accounts with { Rotation = true } }
        );
        var (first, _) = await stage.SignInAsync("one@example.com");
        await stage.SignInAsync("two@example.com");
        first.Quota.Exhaust();

        using var response = await SendAsync(stage, Request());

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        stage.Simulator.Requests.Count(SimulatedEndpoint.Responses).ShouldBe(2);
    }

    [Fact]
    public async Task A_cut_is_a_cut()
    {
        await using var stage = await Stage.StartAsync(Vendors);
        stage.Simulator.Next(Turn.PartialText("Half").ResetConnection(afterEvents: 4));

        // Whether anything was flushed before the cut depends on packets; the client sees a broken connection either way.
        var broken = true;
        try
        {
            using var response = await SendAsync(stage, Request());
            broken = (await Stage.ReadStreamAsync(response)).Broken;
        }
        catch (HttpRequestException)
        {
            // Cut before the headers left.
        }

        broken.ShouldBeTrue();
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_the_upstream_at_once()
    {
        await using var stage = await Stage.StartAsync(Vendors);
        var gate = new Gate();
        stage.Simulator.Next(Turn.PartialText("Wait").Hold(gate).Text("never"));

        var response = await SendAsync(stage, Request());
        await gate.Reached;
        response.Dispose();

        var captured = stage.Simulator.Requests.Of(SimulatedEndpoint.Responses).Single();
        (await captured.Ended).ShouldBe(RequestEnding.CallerGone);
    }

    [Fact]
    public async Task Without_a_login_the_answer_names_the_cure()
    {
        await using var stage = await Stage.StartAsync(Vendors, signedIn: false);

        using var response = await SendAsync(stage, Request());

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await response.JsonAsync()).GetProperty("error").GetProperty("message").GetString()!.ShouldContain("login");
    }

    /// <summary>The connection is reset in the middle of the body.</summary>
    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("Connection reset by peer.");
    }

    private static async Task<string> KeyAsync(Stage stage) =>
        ((Credential)await stage.Gateway.Get<AccountDirectory>().GetAsync(CancellationToken.None)).Key;

    internal static byte[] Request() => Read("http-classic-gpt-5.5.json").Body;

    private static (List<KeyValuePair<string, string>> Headers, byte[] Body) Read(string capture)
    {
        using var document = JsonDocument.Parse(
            File.ReadAllBytes(Repository.File($"tests/Fixtures/codex-backend/captured/{capture}"))
        );
        var root = document.RootElement;
        return (
            [
                .. root.GetProperty("headers_in_order")
                    .EnumerateObject()
                    .Where(header =>
                        header.Name.StartsWith("x-", StringComparison.Ordinal)
                        || header.Name is "version" or "session-id"
                    )
                    .Select(header => new KeyValuePair<string, string>(header.Name, header.Value.GetString()!)),
            ],
            System.Text.Encoding.UTF8.GetBytes(root.GetProperty("body_decoded").GetRawText())
        );
    }

    internal static Task<HttpResponseMessage> SendAsync(
        Stage stage,
        byte[] body,
        List<KeyValuePair<string, string>>? headers = null
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/responses") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("accept", "text/event-stream");
        request.Headers.TryAddWithoutValidation("user-agent", Agent);
        request.Headers.TryAddWithoutValidation("authorization", "Bearer local-key");
        foreach (var (name, value) in headers ?? [])
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return stage.Gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
