using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CodexProxy.Endpoints;
using CodexProxy.Simulator.Requests;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Endpoints;

/// <summary>The accounts over HTTP: shapes, and who may change what.</summary>
public sealed class AccountsEndpointsTests
{
    [Fact]
    public async Task The_list_has_the_known_shape_and_no_token()
    {
        await using var stage = await SignedInAsync();

        var text = await TextAsync(stage, "/accounts");
        using var list = JsonDocument.Parse(text);

        list.RootElement.GetProperty("total").GetInt32().ShouldBe(2);
        list.RootElement.GetProperty("activeAccount").GetString().ShouldBe("person@example.com");
        var account = list.RootElement.GetProperty("accounts")[0];
        foreach (
            var member in (string[])
                ["email", "accountId", "planType", "addedAt", "lastUsed", "isActive", "tokenExpired", "quota"]
        )
        {
            account.TryGetProperty(member, out _).ShouldBeTrue(member);
        }

        text.ShouldNotContain("eyJ");
        text.ShouldNotContain("rt_");
    }

    [Fact]
    public async Task The_short_form_has_the_known_shape()
    {
        await using var stage = await SignedInAsync();

        using var status = await GetAsync(stage, "/accounts/status");

        status.RootElement.GetProperty("active").GetString().ShouldBe("person@example.com");
        var account = status.RootElement.GetProperty("accounts")[1];
        account
            .EnumerateObject()
            .Select(member => member.Name)
            .ShouldBe(["email", "planType", "isActive", "quota", "tokenExpired", "lastUsed"]);
    }

    [Fact]
    public async Task Quota_is_asked_once_in_five_minutes_unless_it_is_asked_for()
    {
        await using var stage = await SignedInAsync();
        stage.Simulator.Quota.Primary.UsedPercent = 42;

        using var first = await GetAsync(stage, "/accounts/quota");
        using var second = await GetAsync(stage, "/accounts/quota?email=person@example.com");
        using var forced = await GetAsync(stage, "/accounts/quota?refresh=true");

        first.RootElement.GetProperty("cached").GetBoolean().ShouldBeFalse();
        second.RootElement.GetProperty("cached").GetBoolean().ShouldBeTrue();
        forced.RootElement.GetProperty("cached").GetBoolean().ShouldBeFalse();
        stage.Simulator.Requests.Count(SimulatedEndpoint.Usage).ShouldBe(2);
        var usage = first.RootElement.GetProperty("quota").GetProperty("usage");
        usage.GetProperty("percentage").GetDouble().ShouldBe(42);
        usage.GetProperty("remaining").GetDouble().ShouldBe(58);
        usage.GetProperty("limit").GetInt32().ShouldBe(100);
        usage.GetProperty("limitWindowSeconds").GetInt64().ShouldBe(18000);
        usage.GetProperty("limitReached").GetBoolean().ShouldBeFalse();
        usage.GetProperty("raw").GetProperty("plan_type").GetString().ShouldBe("plus");
    }

    [Fact]
    public async Task Quota_of_all_usage_and_models_have_the_known_shapes()
    {
        await using var stage = await SignedInAsync();

        using var all = await GetAsync(stage, "/accounts/quota/all");
        using var usage = await GetAsync(stage, "/accounts/usage?email=other@example.com");
        using var models = await GetAsync(stage, "/accounts/models");

        all.RootElement.GetProperty("accounts").GetArrayLength().ShouldBe(2);
        usage.RootElement.GetProperty("email").GetString().ShouldBe("other@example.com");
        var model = models.RootElement.GetProperty("models")[0];
        model.GetProperty("id").GetString().ShouldBe("gpt-6.1-sol");
        model.GetProperty("defaultReasoningLevel").GetString().ShouldBe("low");
        model.GetProperty("supportedReasoningLevels").GetArrayLength().ShouldBe(5);
    }

    [Fact]
    public async Task An_account_that_is_not_there_is_not_found()
    {
        await using var stage = await SignedInAsync();

        (await SendAsync(stage, HttpMethod.Get, "/accounts/quota?email=nobody@example.com", null)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Switching_refreshing_and_removing_work_with_the_token_of_this_run()
    {
        await using var stage = await SignedInAsync();

        (await SendAsync(stage, HttpMethod.Post, "/accounts/switch", """{"email":"other@example.com"}""")).ShouldBe(
            (200, "Switched to account: other@example.com")
        );
        (await SendAsync(stage, HttpMethod.Post, "/accounts/refresh", null)).ShouldBe(
            (200, "Renewed the login of other@example.com.")
        );
        (await SendAsync(stage, HttpMethod.Post, "/accounts/refresh/all", null)).ShouldBe((200, "Renewed 2 logins."));
        (await SendAsync(stage, HttpMethod.Post, "/accounts/person%40example.com/refresh", null)).ShouldBe(
            (200, "Renewed the login of person@example.com.")
        );
        stage.Simulator.Tokens.Refreshes.ShouldBe(4);
        (await SendAsync(stage, HttpMethod.Delete, "/accounts/other%40example.com", null)).ShouldBe(
            (200, "Signed out other@example.com. person@example.com serves now.")
        );
        stage.Simulator.Requests.Count(SimulatedEndpoint.Revoke).ShouldBe(1);
        using var list = await GetAsync(stage, "/accounts");
        list.RootElement.GetProperty("activeAccount").GetString().ShouldBe("person@example.com");
    }

    [Fact]
    public async Task The_strategy_is_told_and_changed_in_the_known_shape()
    {
        await using var stage = await SignedInAsync();

        using var before = await GetAsync(stage, "/settings/account-strategy");
        before
            .RootElement.GetRawText()
            .Replace(" ", "")
            .Replace("\n", "")
            .ShouldBe("""{"accountStrategy":"sticky","rotationEnabled":false,"success":true}""");
        await SendAsync(stage, HttpMethod.Post, "/settings/account-strategy", """{"accountStrategy":"round-robin"}""");
        using var after = await GetAsync(stage, "/settings/account-strategy");
        after.RootElement.GetProperty("accountStrategy").GetString().ShouldBe("round-robin");

        (
            await SendAsync(stage, HttpMethod.Post, "/settings/account-strategy", """{"accountStrategy":"all"}""")
        ).ShouldBe((400, "accountStrategy: must be sticky or round-robin"));
    }

    [Theory]
    [InlineData("POST", "/accounts/switch")]
    [InlineData("POST", "/accounts/import")]
    [InlineData("POST", "/accounts/refresh")]
    [InlineData("POST", "/accounts/refresh/all")]
    [InlineData("POST", "/accounts/person@example.com/refresh")]
    [InlineData("DELETE", "/accounts/person@example.com")]
    [InlineData("POST", "/settings/account-strategy")]
    public async Task Nothing_changes_without_the_token_or_for_another_page(string method, string path)
    {
        await using var stage = await SignedInAsync();
        var before = await TextAsync(stage, "/accounts");
        Action<HttpRequestHeaders>[] callers =
        [
            _ => { },
            headers => headers.Add(ManagementGuard.TokenHeader, "guess"),
            headers =>
            {
                headers.Add(ManagementGuard.TokenHeader, Token(stage));
                headers.Add("Sec-Fetch-Site", "cross-site");
            },
            headers =>
            {
                headers.Add(ManagementGuard.TokenHeader, Token(stage));
                headers.Add("Origin", "https://evil.example");
            },
        ];

        foreach (var caller in callers)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path)
            {
                Content = new StringContent("""{"email":"other@example.com"}""", Encoding.UTF8, "application/json"),
            };
            caller(request.Headers);
            using var response = await stage.Gateway.Http.SendAsync(request);
            response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        (await TextAsync(stage, "/accounts")).ShouldBe(before);
        stage.Simulator.Tokens.Refreshes.ShouldBe(0);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"email":5}""")]
    [InlineData("""{"email":"\ud800"}""")]
    public async Task A_bad_body_is_named(string body)
    {
        await using var stage = await SignedInAsync();

        (await SendAsync(stage, HttpMethod.Post, "/accounts/switch", body)).Status.ShouldBe(400);
    }

    private static async Task<Stage> SignedInAsync()
    {
        var stage = await Stage.StartAsync(signedIn: false);
        await stage.SignInAsync("person@example.com");
        await stage.SignInAsync("other@example.com");
        return stage;
    }

    private static string Token(Stage stage) => stage.Gateway.Get<ManagementToken>().Value.Reveal();

    private static async Task<JsonDocument> GetAsync(Stage stage, string path) =>
        JsonDocument.Parse(await TextAsync(stage, path));

    private static async Task<string> TextAsync(Stage stage, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(ManagementGuard.TokenHeader, Token(stage));
        using var response = await stage.Gateway.Http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<(int Status, string? Says)> SendAsync(
        Stage stage,
        HttpMethod method,
        string path,
        string? body
    )
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add(ManagementGuard.TokenHeader, Token(stage));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await stage.Gateway.Http.SendAsync(request);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        var root = answer.RootElement;
        return (
            (int)response.StatusCode,
            root.TryGetProperty("message", out var message) ? message.GetString()
            : root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String ? error.GetString()
            : null
        );
    }
}
