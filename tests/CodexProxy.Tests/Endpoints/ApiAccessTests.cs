using System.Net;
using CodexProxy.Endpoints;
using CodexProxy.Options;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Endpoints;

/// <summary>Every route of the dashboard, and who may ask it.</summary>
public sealed class ApiAccessTests : IAsyncLifetime
{
    private readonly TempFolder _user = new();
    private RunningGateway _gateway = null!;
    private DashboardBrowser _browser = null!;

    public static TheoryData<string, string> Routes =>
        new()
        {
            { "GET", "/api/overview" },
            { "GET", "/api/requests" },
            { "GET", "/api/requests/req_1" },
            { "GET", "/api/requests/req_1/bundle" },
            { "GET", "/api/sessions" },
            { "GET", "/api/sessions/one" },
            { "GET", "/api/usage" },
            { "GET", "/api/usage/export" },
            { "GET", "/api/cache" },
            { "GET", "/api/models" },
            { "POST", "/api/models/try" },
            { "GET", "/api/settings" },
            { "GET", "/api/accounts" },
            { "GET", "/api/feed" },
            { "GET", "/accounts" },
            { "GET", "/accounts/status" },
            { "GET", "/accounts/quota" },
            { "GET", "/accounts/quota/all" },
            { "GET", "/accounts/usage" },
            { "GET", "/accounts/models" },
            { "GET", "/accounts/add/status" },
            { "POST", "/accounts/add" },
            { "POST", "/accounts/add/manual" },
            { "POST", "/accounts/add/device" },
            { "POST", "/accounts/verify" },
            { "POST", "/accounts/switch" },
            { "POST", "/accounts/import" },
            { "POST", "/accounts/refresh" },
            { "POST", "/accounts/refresh/all" },
            { "POST", "/accounts/a@example.com/refresh" },
            { "DELETE", "/accounts/a@example.com" },
            { "POST", "/settings/account-strategy" },
            { "POST", "/settings/haiku-model" },
            { "GET", "/claude/config" },
            { "GET", "/claude/config/preview" },
            { "POST", "/claude/config/proxy" },
            { "POST", "/claude/config/direct" },
            { "POST", "/claude/config/set" },
            { "POST", "/claude/config/undo" },
        };

    public async ValueTask InitializeAsync()
    {
        _gateway = await RunningGateway.StartAsync(
            options =>
                options with
                {
                    Login = new LoginOptions { CallbackPorts = [0] },
                    Alternates = options.Alternates with { KiloEnabled = true },
                },
            upstream: new Unreachable(),
            inputs: new OptionInputs
            {
                Environment = _ => null,
                UserFolder = _user.Path,
                WorkingFolder = _user.Path,
            }
        );
        _browser = await DashboardBrowser.OpenAsync(_gateway);
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _gateway.DisposeAsync();
        _user.Dispose();
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Nobody_is_told_anything_without_cookie_or_token(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Sec-Fetch-Site", "same-origin");

        using var response = await _gateway.Http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var (type, message, _) = await LocalGuardTests.ErrorAsync(response);
        type.ShouldBe("permission_error");
        message.ShouldContain("codex-proxy dashboard");
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_wrong_token_is_refused_even_beside_the_cookie(string method, string path)
    {
        using var response = await _browser.SendAsync(
            new HttpMethod(method),
            path,
            null,
            (ManagementGuard.TokenHeader, "wrong"),
            ("Sec-Fetch-Site", "same-origin")
        );

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task The_cookie_and_the_token_are_let_through(string method, string path)
    {
        using var byCookie = await _browser.SendAsync(new HttpMethod(method), path);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add(ManagementGuard.TokenHeader, _gateway.Get<ManagementToken>().Value.Reveal());
        using var byToken = await _gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        byCookie.StatusCode.ShouldNotBe(HttpStatusCode.Forbidden);
        byToken.StatusCode.ShouldNotBe(HttpStatusCode.Forbidden);
        byCookie.StatusCode.ShouldBe(byToken.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Another_page_is_refused_with_the_cookie(string method, string path)
    {
        using var crossSite = await _browser.SendAsync(
            new HttpMethod(method),
            path,
            null,
            ("Sec-Fetch-Site", "cross-site")
        );
        using var otherOrigin = await _browser.SendAsync(
            new HttpMethod(method),
            path,
            null,
            ("Origin", "https://evil.example")
        );

        crossSite.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        otherOrigin.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_rebound_name_is_refused_with_the_cookie(string method, string path)
    {
        var cookie = _browser.Cookies.GetCookieHeader(_gateway.Address);

        var answer = await _gateway.SendRawAsync(
            $"{method} {path} HTTP/1.1\r\nHost: evil.example:{_gateway.Address.Port}\r\nCookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );

        answer.ShouldStartWith("HTTP/1.1 403 ");
        answer.ShouldContain("host name");
    }

    [Theory]
    [InlineData("/api/overview")]
    [InlineData("/api/requests")]
    [InlineData("/api/settings")]
    [InlineData("/api/accounts")]
    public async Task Answers_are_not_kept_by_browsers(string path)
    {
        using var response = await _browser.SendAsync(HttpMethod.Get, path);

        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        response.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        response.Headers.ShouldNotContain(header => header.Key.StartsWith("Access-Control"));
    }

    [Theory]
    [InlineData("/api/requests?limit=0", "limit")]
    [InlineData("/api/requests?limit=x", "limit")]
    [InlineData("/api/requests?before=x", "before")]
    [InlineData("/api/requests?since=yesterday", "since")]
    [InlineData("/api/requests?ending=well", "ending")]
    [InlineData("/api/requests?ending=1", "ending")]
    [InlineData("/api/sessions?limit=-1", "limit")]
    [InlineData("/api/usage?by=colour", "by")]
    [InlineData("/api/usage?split=day", "split")]
    [InlineData("/api/usage/export?format=xls", "format")]
    public async Task A_wrong_question_is_told_by_its_parameter(string path, string parameter)
    {
        using var response = await _browser.SendAsync(HttpMethod.Get, path);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await LocalGuardTests.ErrorAsync(response)).Message.ShouldStartWith($"{parameter}: ");
    }

    [Fact]
    public async Task Signed_out_and_empty_there_is_still_an_overview()
    {
        var overview = await _browser.GetAsync("/api/overview");

        overview.GetProperty("signedIn").GetBoolean().ShouldBeFalse();
        overview.GetProperty("problem").GetString().ShouldBe("Not signed in. Run `codex-proxy login`.");
        overview.GetProperty("cure").GetString().ShouldNotBeNull();
        overview.GetProperty("inFlight").GetArrayLength().ShouldBe(0);
        overview.GetProperty("perMinute").GetArrayLength().ShouldBe(60);
        overview.GetProperty("today").GetProperty("requests").GetInt64().ShouldBe(0);
        overview.GetProperty("address").GetString().ShouldBe($"http://127.0.0.1:{_gateway.Address.Port}");
    }

    /// <summary>No network.</summary>
    private sealed class Unreachable : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token) =>
            throw new HttpRequestException("unreachable");
    }
}
