using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CodexProxy.Keys;
using CodexProxy.Options;
using CodexProxy.Records;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Keys;

public sealed class NamedKeyAccessTests
{
    private const string Messages = """
        {"model":"claude-opus-4-5","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}
        """;

    private const string Chat = """{"model":"gpt-6-luna","messages":[{"role":"user","content":"Hello"}]}""";

    private const string Responses = """{"model":"gpt-6-luna","input":"Hello"}""";

    [Fact]
    public async Task A_made_key_opens_at_once_and_a_revoked_one_no_more()
    {
        await using var stage = await Stage.StartAsync();
        (await SendAsync(stage, "/v1/messages", Messages, "anything")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var key = await AddAsync(stage, new KeyLimits(null, null, null, null));
        (await SendAsync(stage, "/v1/messages", Messages, "anything")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync(stage, "/v1/messages", Messages, key)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await Store(stage).RevokeAsync("one", CancellationToken.None);
        var refused = await SendAsync(stage, "/v1/messages", Messages, key);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        // The list is empty now, and the door stays closed.
        (await SendAsync(stage, "/v1/messages", Messages, null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("/v1/messages", Messages, "rate_limit_error")]
    [InlineData("/v1/chat/completions", Chat, "rate_limit_error")]
    [InlineData("/v1/responses", Responses, "rate_limit_error")]
    public async Task A_used_up_limit_is_told_in_each_protocol(string path, string body, string type)
    {
        await using var stage = await Stage.StartAsync(time: new ManualTime());
        var key = await AddAsync(stage, new KeyLimits(1, null, null, null));

        (await SendAsync(stage, path, body, key)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var refused = await SendAsync(stage, path, body, key);

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.GetValues("retry-after").ShouldBe(["60"]);
        refused.Headers.GetValues("x-should-retry").ShouldBe(["true"]);
        var error = await ErrorAsync(refused);
        error.GetProperty("type").GetString().ShouldBe(type);
        error.GetProperty("message").GetString().ShouldBe("This key's limit of 1 requests per minute is used up.");
    }

    [Fact]
    public async Task Tokens_of_an_answer_count_against_the_key()
    {
        await using var stage = await Stage.StartAsync();
        var key = await AddAsync(stage, new KeyLimits(null, null, null, 1));

        (await SendAsync(stage, "/v1/messages", Messages, key)).StatusCode.ShouldBe(HttpStatusCode.OK);
        // An answer is counted before its record is kept, which may be after the client has it.
        var book = stage.Gateway.Get<RequestBook>();
        SpinWait.SpinUntil(() => book.Records.Count > 0, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        using var refused = await SendAsync(stage, "/v1/messages", Messages, key);

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        (await ErrorAsync(refused)).GetProperty("message").GetString()!.ShouldContain("1 tokens per day");
    }

    [Theory]
    [InlineData("claude-opus-4-5", 200)]
    [InlineData("gpt-6-luna", 403)]
    public async Task Only_the_models_of_the_key_are_served(string model, int status)
    {
        await using var stage = await Stage.StartAsync();
        var key = await AddAsync(stage, KeyLimits.None, models: ["claude-opus-4-5"]);

        using var answer = await SendAsync(stage, "/v1/messages", Messages.Replace("claude-opus-4-5", model), key);

        ((int)answer.StatusCode).ShouldBe(status);
        if (status == 403)
        {
            (await ErrorAsync(answer)).GetProperty("type").GetString().ShouldBe("permission_error");
        }
    }

    [Theory]
    [InlineData("anthropic-version", "2023-06-01")]
    [InlineData("User-Agent", "OpenAI/JS")]
    public async Task Only_the_models_of_the_key_are_listed(string header, string value)
    {
        await using var stage = await Stage.StartAsync();
        var key = await AddAsync(stage, KeyLimits.None, models: ["gpt-6-luna"]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.TryAddWithoutValidation(header, value);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);

        using var answer = await stage.Gateway.Http.SendAsync(request);

        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var ids = body
            .RootElement.GetProperty("data")
            .EnumerateArray()
            .Select(one => one.GetProperty("id").GetString()!);
        ids.ShouldContain("gpt-6-luna");
        ids.ShouldNotContain("gpt-6.1-sol");
    }

    [Theory]
    [InlineData("gpt-6-luna", 200)]
    [InlineData("gpt-6.1-sol", 403)]
    public async Task Only_a_model_of_the_key_is_described(string model, int status)
    {
        await using var stage = await Stage.StartAsync();
        var key = await AddAsync(stage, KeyLimits.None, models: ["gpt-6-luna"]);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/models/{model}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);

        using var answer = await stage.Gateway.Http.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task An_upstream_name_opens_whatever_leads_to_it()
    {
        await using var stage = await Stage.StartAsync(configure: options =>
            options with
            {
                Models = options.Models with { Opus = "gpt-6-luna" },
            }
        );
        var key = await AddAsync(stage, KeyLimits.None, models: ["gpt-6-luna"]);

        (await SendAsync(stage, "/v1/messages", Messages, key)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{"model":"gpt-6-luna","model":"gpt-6.1-sol","input":[]}""", null)]
    [InlineData("""{"model":"gpt-6.1-sol","input":[]}""", "model=gpt-6-luna")]
    [InlineData("""{"model":"gpt-6-luna","input":[]}""", "model=gpt-6.1-sol")]
    [InlineData("""{"input":[]}""", "model=gpt-6-luna")]
    [InlineData("not json", "model=gpt-6-luna")]
    public async Task The_vendors_client_cannot_ask_for_another_model_in_disguise(string body, string? hint)
    {
        await using var stage = await Stage.StartAsync();
        var key = await AddAsync(stage, KeyLimits.None, models: ["gpt-6-luna"]);

        using var answer = await SendAsync(
            stage,
            "/v1/responses",
            body,
            key,
            request =>
            {
                request.Headers.TryAddWithoutValidation("User-Agent", "codex_exec/0.169.0");
                if (hint is not null)
                {
                    request.Headers.Add("x-codex-routing-hint", hint);
                }
            }
        );

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_expired_key_is_told_so()
    {
        var time = new ManualTime();
        await using var stage = await Stage.StartAsync(time: time);
        var key = await AddAsync(stage, KeyLimits.None, expires: time.GetUtcNow().AddDays(1));
        time.Advance(TimeSpan.FromDays(1));

        using var refused = await SendAsync(stage, "/v1/messages", Messages, key);

        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await ErrorAsync(refused))
            .GetProperty("message")
            .GetString()
            .ShouldBe("This key expired at 2026-11-22 12:00 UTC. Ask for a new one.");
    }

    [Theory]
    [InlineData("/api/overview")]
    [InlineData("/api/logs")]
    [InlineData("/accounts")]
    [InlineData("/ACCOUNTS")]
    [InlineData("/anthropic/accounts")]
    [InlineData("/%61ccounts")]
    [InlineData("/metrics")]
    [InlineData("/settings/account-strategy")]
    [InlineData("/claude/config")]
    public async Task A_named_key_opens_models_and_nothing_that_tells_of_others(string path)
    {
        await using var stage = await Stage.StartAsync();
        var key = await AddAsync(stage, KeyLimits.None);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("x-api-key", key);

        using var answer = await stage.Gateway.Http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_damaged_list_closes_the_door()
    {
        await using var stage = await Stage.StartAsync();
        var key = await AddAsync(stage, KeyLimits.None);
        File.WriteAllText(Path.Combine(stage.Gateway.Home, "keys.json"), "{}");

        (await SendAsync(stage, "/v1/messages", Messages, key)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync(stage, "/v1/messages", Messages, null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        stage.Gateway.Log.Lines.ShouldContain(line => line.Contains("no named key opens"));
    }

    [Theory]
    [InlineData(ClientAuth.Any, null, 404)]
    [InlineData(ClientAuth.Any, "whatever", 404)]
    [InlineData(ClientAuth.AnthropicFormat, null, 401)]
    [InlineData(ClientAuth.AnthropicFormat, "whatever", 401)]
    [InlineData(ClientAuth.AnthropicFormat, "sk-ant-proxy", 401)]
    [InlineData(ClientAuth.AnthropicFormat, "sk-ant-api03-0123456789 abcdefghijklmnop", 401)]
    [InlineData(ClientAuth.AnthropicFormat, "sk-ant-api03-0123456789abcdefghijklmnop", 404)]
    [InlineData(ClientAuth.Keys, null, 401)]
    [InlineData(ClientAuth.Keys, "sk-ant-api03-0123456789abcdefghijklmnop", 401)]
    public async Task The_setting_says_which_keys_are_taken(ClientAuth mode, string? key, int status)
    {
        await using var gateway = await RunningGateway.StartAsync(options =>
            options with
            {
                Server = options.Server with { ClientAuth = mode },
            }
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing");
        if (key is not null)
        {
            request.Headers.Add("x-api-key", key);
        }

        using var answer = await gateway.Http.SendAsync(request);

        ((int)answer.StatusCode).ShouldBe(status);
        if (mode == ClientAuth.AnthropicFormat && status == 401)
        {
            (await ErrorAsync(answer)).GetProperty("message").GetString()!.ShouldContain("sk-ant-api03-");
        }
    }

    [Theory]
    [InlineData(ClientAuth.Any)]
    [InlineData(ClientAuth.AnthropicFormat)]
    public async Task No_setting_opens_to_other_machines_without_a_known_key(ClientAuth mode)
    {
        await using var gateway = await RunningGateway.StartAsync(options =>
            options with
            {
                Server = options.Server with { Host = "0.0.0.0", ClientAuth = mode },
            }
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing");
        request.Headers.Add("x-api-key", "sk-ant-api03-0123456789abcdefghijklmnop");

        using var answer = await gateway.Http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static KeyStore Store(Stage stage) =>
        new(Path.Combine(stage.Gateway.Home, "keys.json"), TimeProvider.System);

    private static async Task<string> AddAsync(
        Stage stage,
        KeyLimits limits,
        string[]? models = null,
        DateTimeOffset? expires = null
    ) =>
        (
            await Store(stage)
                .AddAsync(
                    "one",
                    anthropic: false,
                    new NamedKey("", "", default)
                    {
                        Limits = limits,
                        Models = models ?? [],
                        ExpiresAt = expires,
                    },
                    CancellationToken.None
                )
        ).Reveal();

    private static async Task<HttpResponseMessage> SendAsync(
        Stage stage,
        string path,
        string body,
        string? key,
        Action<HttpRequestMessage>? change = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json")),
        };
        request.Headers.Add("anthropic-version", "2023-06-01");
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        change?.Invoke(request);
        return await stage.Gateway.Http.SendAsync(request);
    }

    private static async Task<JsonElement> ErrorAsync(HttpResponseMessage response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("error").Clone();
    }
}
