using System.Net;
using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Endpoints;

/// <summary>With a usage history.</summary>
public sealed class DashboardPagesWithStoreTests() : DashboardPagesTests(UsageStoreKind.Sqlite);

/// <summary>Without one: what this run remembers is told.</summary>
public sealed class DashboardPagesWithoutStoreTests() : DashboardPagesTests(UsageStoreKind.Off);

/// <summary>What the dashboard's pages are told of requests, sessions, sums, settings and models.</summary>
public abstract class DashboardPagesTests(UsageStoreKind store) : IAsyncLifetime
{
    private const string SessionId = "3f2a9c10-7b1e-4d58-9a6f-0c2d5e8b1a77";
    private const string Canary = "kanarienvogel-key-0123456789";

    private Stage _stage = null!;
    private DashboardBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _stage = await Stage.StartAsync(configure: options =>
            options with
            {
                Server = options.Server with { ClientKeys = [new Secret("any"), new Secret(Canary)] },
                Models = options.Models with { Haiku = "gpt-6.1-terra" },
                Usage = options.Usage with { Store = store },
                Sources = new Dictionary<string, OptionSource>
                {
                    ["clientKeys"] = new(OptionOrigin.Environment, "CODEX_PROXY_CLIENT_KEYS"),
                    ["models.haiku"] = new(OptionOrigin.File, "~/.codex-proxy/config.json: models.haiku"),
                },
            }
        );
        _browser = await DashboardBrowser.OpenAsync(_stage.Gateway);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _stage.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_overview_says_where_records_are_kept()
    {
        await AskAsync();

        var kept = (await _browser.GetAsync("/api/overview")).GetProperty("store");

        kept.GetProperty("kind").GetString().ShouldBe(store == UsageStoreKind.Off ? "off" : "sqlite");
        kept.GetProperty("records").GetInt64().ShouldBe(1);
        (kept.GetProperty("bytes").GetInt64() > 0).ShouldBe(store != UsageStoreKind.Off);
        kept.GetProperty("dropped").GetInt64().ShouldBe(0);
        kept.TryGetProperty("problem", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Requests_come_in_pages_and_can_be_found()
    {
        for (var i = 0; i < 3; i++)
        {
            await AskAsync();
        }

        var first = await _browser.GetAsync("/api/requests?limit=2");
        var second = await _browser.GetAsync($"/api/requests?limit=2&before={first.GetProperty("next").GetString()}");

        first.GetProperty("requests").GetArrayLength().ShouldBe(2);
        first.GetProperty("total").GetInt64().ShouldBe(3);
        second.GetProperty("requests").GetArrayLength().ShouldBe(1);
        second.TryGetProperty("next", out _).ShouldBeFalse();
        var ids = first
            .GetProperty("requests")
            .EnumerateArray()
            .Concat(second.GetProperty("requests").EnumerateArray())
            .Select(request => request.GetProperty("id").GetString()!)
            .ToList();
        ids.Distinct().Count().ShouldBe(3);
        (await CountAsync($"q={ids[0][..12]}")).ShouldBeGreaterThanOrEqualTo(1);
        (await CountAsync($"q={ids[0]["req_".Length..20]}")).ShouldBe(1, "pages show ids without their beginning");
        (await CountAsync($"session={SessionId}")).ShouldBe(3);
        (await CountAsync("session=other")).ShouldBe(0);
        (await CountAsync("client=claude-cli")).ShouldBe(3);
        (await CountAsync("ending=failed")).ShouldBe(0);
        (await CountAsync("agent=")).ShouldBe(3);
        (await CountAsync("until=2020-01-01T00:00:00Z")).ShouldBe(0);
    }

    [Fact]
    public async Task One_request_is_told_whole()
    {
        _stage.Simulator.Next(Turn.HttpError(500, "server_error"));
        await AskAsync();
        var id = (await _browser.GetAsync("/api/requests")).GetProperty("requests")[0].GetProperty("id").GetString();

        var request = await _browser.GetAsync($"/api/requests/{id}");

        request.GetProperty("attempts").GetInt32().ShouldBe(2);
        var attempts = request.GetProperty("attemptList");
        attempts.GetArrayLength().ShouldBe(2);
        attempts[0].GetProperty("failure").GetProperty("status").GetInt32().ShouldBe(500);
        attempts[1].TryGetProperty("failure", out _).ShouldBeFalse();
        attempts[1].GetProperty("events").GetInt32().ShouldBeGreaterThan(0);
        request.GetProperty("hashes").GetProperty("itemCount").GetInt32().ShouldBeGreaterThan(0);
        request.GetProperty("streamed").GetBoolean().ShouldBeTrue();
        request.GetProperty("stopReason").GetString().ShouldBe("end_turn");
        request.TryGetProperty("known", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_request_that_is_not_kept_is_not_found()
    {
        using var request = await _browser.SendAsync(HttpMethod.Get, "/api/requests/req_none");
        using var session = await _browser.SendAsync(HttpMethod.Get, "/api/sessions/none");

        request.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        session.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_session_is_told_with_its_agents_and_turns()
    {
        await AskAsync();
        await AskAsync(agent: "a1b2");

        var sessions = await _browser.GetAsync("/api/sessions");
        var story = await _browser.GetAsync($"/api/sessions/{SessionId}");

        var session = sessions.GetProperty("sessions")[0];
        session.GetProperty("id").GetString().ShouldBe(SessionId);
        session.GetProperty("requests").GetInt64().ShouldBe(2);
        session.GetProperty("agents").GetInt32().ShouldBe(1);
        session.GetProperty("tokens").GetProperty("input").GetInt64().ShouldBeGreaterThan(0);
        story.GetProperty("agents").GetArrayLength().ShouldBe(2);
        story.GetProperty("agents")[0].TryGetProperty("agent", out _).ShouldBeFalse();
        story.GetProperty("agents")[1].GetProperty("agent").GetString().ShouldBe("a1b2");
        story.GetProperty("turns").GetArrayLength().ShouldBe(2);
        story.GetProperty("turns")[1].GetProperty("agent").GetString().ShouldBe("a1b2");
    }

    [Theory]
    [InlineData("hour", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:00$")]
    [InlineData("day", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    [InlineData("model", "^gpt-")]
    [InlineData("session", "^3f2a9c10-")]
    [InlineData("account", "^[0-9a-f]{12}$")]
    [InlineData("client", "^claude-cli$")]
    public async Task Requests_are_summed_up_by_everything_there_is(string by, string key)
    {
        await AskAsync();

        var usage = await _browser.GetAsync($"/api/usage?by={by}&split=model");

        usage.GetProperty("by").GetString().ShouldBe(by);
        usage.GetProperty("zone").GetString().ShouldNotBeNull();
        var row = usage.GetProperty("rows")[0];
        row.GetProperty("key").GetString()!.ShouldMatch(key);
        row.GetProperty("split").GetString()!.ShouldStartWith("gpt-");
        row.GetProperty("requests").GetInt64().ShouldBe(1);
        usage.GetProperty("total").GetProperty("requests").GetInt64().ShouldBe(1);
        if (by == "account")
        {
            row.GetProperty("label").GetString().ShouldBe("person@example.com");
        }
    }

    [Theory]
    [InlineData("csv", "text/csv", "id,startedAt,")]
    [InlineData("json", "application/json", "[\n{")]
    public async Task Requests_can_be_taken_away(string format, string type, string begin)
    {
        await AskAsync();

        using var download = await _browser.SendAsync(HttpMethod.Get, $"/api/usage/export?format={format}");
        using var nothing = await _browser.SendAsync(
            HttpMethod.Get,
            $"/api/usage/export?format={format}&until=2020-01-01T00:00:00Z"
        );

        download.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        download.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        download.Content.Headers.ContentDisposition.FileName!.Trim('"').ShouldEndWith($".{format}");
        var text = await download.Content.ReadAsStringAsync();
        text.ShouldStartWith(begin);
        text.ShouldContain("claude-cli/2.1.329");
        (await nothing.Content.ReadAsStringAsync()).ShouldNotContain("claude-cli");
    }

    [Fact]
    public async Task Settings_are_told_with_their_origin_and_without_secrets()
    {
        var settings = await _browser.GetAsync("/api/settings");

        var all = settings.GetProperty("settings").EnumerateArray().ToList();
        all.Select(setting => setting.GetProperty("name").GetString())
            .ShouldBe(CodexProxy.Options.Settings.All.Select(setting => setting.Path));
        var keys = Find("clientKeys");
        keys.GetProperty("value").GetString().ShouldBe("***");
        keys.GetProperty("secret").GetBoolean().ShouldBeTrue();
        keys.GetProperty("origin").GetString().ShouldBe("environment");
        keys.GetProperty("source").GetString().ShouldBe("CODEX_PROXY_CLIENT_KEYS");
        Find("models.haiku").GetProperty("value").GetString().ShouldBe("gpt-6.1-terra");
        Find("models.haiku").GetProperty("origin").GetString().ShouldBe("file");
        var limit = Find("bodyLimit");
        (limit.GetProperty("value").GetString(), limit.GetProperty("origin").GetString()).ShouldBe(("32mb", "default"));
        Find("logLevel").GetProperty("value").GetString().ShouldBe("info");
        Find("port").GetProperty("flag").GetString().ShouldBe("--port");
        Find("port").GetProperty("default").GetString().ShouldBe("8082");
        Find("port").GetProperty("needsRestart").GetBoolean().ShouldBeTrue();
        Find("upstreams").GetProperty("value").GetString().ShouldBe("");

        JsonElement Find(string name) => all.Single(setting => setting.GetProperty("name").GetString() == name);
    }

    [Fact]
    public async Task Models_are_told_with_what_names_mean()
    {
        var models = await _browser.GetAsync("/api/models");

        models.GetProperty("models").GetArrayLength().ShouldBeGreaterThan(0);
        var mapping = models.GetProperty("mapping").EnumerateArray().ToList();
        var haiku = mapping.Single(row => row.GetProperty("name").GetString() == "haiku");
        haiku.GetProperty("model").GetString().ShouldBe("gpt-6.1-terra");
        haiku.GetProperty("source").GetString().ShouldBe("models.haiku");
        var opus = mapping.Single(row => row.GetProperty("name").GetString() == "opus");
        opus.GetProperty("source").GetString().ShouldBe("catalogue");
    }

    [Fact]
    public async Task A_try_is_a_real_request_that_belongs_to_no_session()
    {
        _stage.Simulator.Next(Turn.Text("I am here."));

        var (status, tried) = await _browser.PostAsync("/api/models/try", """{"model":"claude-opus-5-5"}""");

        status.ShouldBe(HttpStatusCode.OK);
        tried.GetProperty("ok").GetBoolean().ShouldBeTrue();
        tried.GetProperty("text").GetString().ShouldBe("I am here.");
        tried.GetProperty("served").GetString()!.ShouldStartWith("gpt-");
        tried.GetProperty("tokens").GetProperty("output").GetInt64().ShouldBeGreaterThan(0);
        var request = await _browser.GetAsync($"/api/requests/{tried.GetProperty("requestId").GetString()}");
        request.GetProperty("client").GetString().ShouldBe($"codex-proxy/{ProductInfo.Version}");
        request.TryGetProperty("session", out _).ShouldBeFalse();
        (await _browser.GetAsync("/api/sessions")).GetProperty("sessions").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_try_that_fails_says_why()
    {
        _stage.Simulator.Next(Turn.HttpError(429, "usage_limit_reached", "The limit is reached."));

        var (_, failed) = await _browser.PostAsync("/api/models/try", """{"model":"claude-opus-5-5"}""");
        var (_, unknown) = await _browser.PostAsync("/api/models/try", """{"model":"kilo"}""");
        var (bad, _) = await _browser.PostAsync("/api/models/try", "{}");

        failed.GetProperty("ok").GetBoolean().ShouldBeFalse();
        failed.GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
        unknown.GetProperty("ok").GetBoolean().ShouldBeFalse();
        unknown.GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
        bad.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task No_answer_holds_a_secret_or_a_prompt()
    {
        const string prompt = "a-secret-prompt-of-the-person";
        _stage.Simulator.Next(Turn.Text("a-secret-answer-of-the-model"));
        await AskAsync(prompt);
        var told = "";
        var id = (await _browser.GetAsync("/api/requests")).GetProperty("requests")[0].GetProperty("id").GetString();

        foreach (
            var path in (string[])
                [
                    "/api/overview",
                    "/api/requests",
                    $"/api/requests/{id}",
                    $"/api/requests/{id}/bundle",
                    "/api/sessions",
                    $"/api/sessions/{SessionId}",
                    "/api/usage?by=model",
                    "/api/cache",
                    "/api/models",
                    "/api/settings",
                    "/api/accounts",
                    "/accounts/add/status",
                ]
        )
        {
            told += (await _browser.GetAsync(path)).GetRawText();
        }

        told.ShouldContain(id!);
        var token = _stage.Simulator.Requests.Responses[0].BearerToken!;
        var cookie = _browser.Cookies.GetCookieHeader(_stage.Gateway.Address).Split('=')[1];
        foreach (var secret in (string[])[Canary, prompt, "a-secret-answer", token, "eyJ", "rt_", cookie])
        {
            told.ShouldNotContain(secret);
        }

        _stage.Gateway.Log.Lines.ShouldNotContain(line => line.Contains(cookie));
    }

    [Fact]
    public async Task A_sign_in_by_device_is_followed_to_its_end()
    {
        (await StateAsync()).ShouldBe("none");

        var (_, begun) = await _browser.PostAsync("/accounts/add/device");
        begun.GetProperty("userCode").GetString().ShouldNotBeNullOrEmpty();
        begun.GetProperty("verificationUrl").GetString()!.ShouldStartWith("http");
        (await StateAsync()).ShouldBe("waiting");

        // Another sign-in ends it.
        await _browser.PostAsync("/accounts/oauth/cleanup");
        (await StateAsync()).ShouldBe("none");

        async Task<string?> StateAsync() =>
            (await _browser.GetAsync("/accounts/add/status")).GetProperty("state").GetString();
    }

    [Fact]
    public async Task An_account_is_verified()
    {
        await _stage.SignInAsync("other@example.com");

        var (status, done) = await _browser.PostAsync("/accounts/verify", """{"email":"other@example.com"}""");
        var (missing, _) = await _browser.PostAsync("/accounts/verify", """{"email":"nobody@example.com"}""");

        status.ShouldBe(HttpStatusCode.OK);
        done.GetProperty("message").GetString().ShouldBe("The backend serves other@example.com.");
        missing.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<int> CountAsync(string query) =>
        (await _browser.GetAsync($"/api/requests?{query}")).GetProperty("requests").GetArrayLength();

    private async Task AskAsync(string text = "Hello.", string? agent = null)
    {
        var before = (await _browser.GetAsync("/api/requests?limit=1")).GetProperty("total").GetInt64();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages");
        request.Content = new StringContent(
            $$"""{"model":"claude-opus-5-5","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"{{text}}"}]}""",
            System.Text.Encoding.UTF8,
            "application/json"
        );
        request.Headers.TryAddWithoutValidation("x-api-key", "any");
        request.Headers.TryAddWithoutValidation("user-agent", "claude-cli/2.1.329 (external, sdk-cli)");
        request.Headers.TryAddWithoutValidation("x-claude-code-session-id", SessionId);
        if (agent is not null)
        {
            request.Headers.TryAddWithoutValidation("x-claude-code-agent-id", agent);
        }

        using var response = await _stage.Gateway.Http.SendAsync(request);
        await Stage.ReadStreamAsync(response);
        // The client may be ahead of the record.
        while ((await _browser.GetAsync("/api/requests?limit=1")).GetProperty("total").GetInt64() == before)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
