using System.Net;
using System.Text.Json;
using CodexProxy.Endpoints;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Endpoints;

/// <summary>The way into the dashboard: a link that is good once, and the cookie it gives.</summary>
public sealed class DashboardAccessTests
{
    [Fact]
    public async Task A_link_gives_a_cookie_that_pages_cannot_read_and_leads_to_the_page()
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var opened = await OpenAsync(DashboardBrowser.LinkOf(gateway));

        opened.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        opened.Headers.Location!.ToString().ShouldBe("/");
        opened.Headers.CacheControl!.NoStore.ShouldBeTrue();
        opened.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'none'");
        var cookie = opened.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldMatch(
            "^codex-proxy-[0-9a-f]{8}=1\\.[0-9]+\\.[^;]+; max-age=2592000; path=/; samesite=strict; httponly$"
        );
    }

    [Fact]
    public async Task A_link_is_good_once()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var link = DashboardBrowser.LinkOf(gateway);
        using var first = await OpenAsync(link);

        using var second = await OpenAsync(link);

        first.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        second.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        second.Headers.Contains("Set-Cookie").ShouldBeFalse();
        (await second.Content.ReadAsStringAsync()).ShouldContain("codex-proxy dashboard");
    }

    [Fact]
    public async Task A_link_that_a_browser_opens_twice_still_leads_to_the_page()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var browser = await DashboardBrowser.OpenAsync(gateway);

        using var again = await browser.SendAsync(HttpMethod.Get, "/dashboard/open?key=used");

        again.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        again.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Theory]
    [InlineData(599, HttpStatusCode.SeeOther)]
    [InlineData(600, HttpStatusCode.Forbidden)]
    public async Task A_link_is_good_for_ten_minutes(int seconds, HttpStatusCode status)
    {
        var time = new ManualTime();
        await using var gateway = await RunningGateway.StartAsync(time: time);
        var link = DashboardBrowser.LinkOf(gateway);

        time.Advance(TimeSpan.FromSeconds(seconds));
        using var opened = await OpenAsync(link);

        opened.StatusCode.ShouldBe(status);
    }

    [Theory]
    [InlineData("/dashboard/open")]
    [InlineData("/dashboard/open?key=")]
    [InlineData("/dashboard/open?key=guess")]
    [InlineData("/dashboard/open?key=a&key=b")]
    public async Task What_is_no_link_opens_nothing(string path)
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var opened = await OpenAsync(new Uri(gateway.Address, path).AbsoluteUri);

        opened.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Of_many_links_the_oldest_are_forgotten()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var access = gateway.Get<DashboardAccess>();
        var links = Enumerable.Range(0, 33).Select(_ => access.NewLink()).ToList();

        access.Redeem(links[0].Key.Reveal()).ShouldBeFalse();
        access.Redeem(links[1].Key.Reveal()).ShouldBeTrue();
        access.Redeem(links[32].Key.Reveal()).ShouldBeTrue();
    }

    [Fact]
    public async Task Only_the_token_makes_a_link_and_not_the_cookie()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var browser = await DashboardBrowser.OpenAsync(gateway);
        using var byCookie = await browser.SendAsync(HttpMethod.Post, "/dashboard/link");
        using var byNobody = await gateway.Http.PostAsync("/dashboard/link", null);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/dashboard/link");
        request.Headers.Add(ManagementGuard.TokenHeader, gateway.Get<ManagementToken>().Value.Reveal());

        using var byToken = await gateway.Http.SendAsync(request);

        byCookie.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        byNobody.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        byToken.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var link = JsonDocument.Parse(await byToken.Content.ReadAsStringAsync());
        using var opened = await OpenAsync(link.RootElement.GetProperty("url").GetString()!);
        opened.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task The_cookie_outlives_a_restart()
    {
        using var folder = new TempFolder();
        var cookie = "";
        await using (var first = await RunningGateway.StartAsync(options => options with { Home = folder["home"] }))
        {
            cookie = await CookieAsync(first);
        }

        await using var second = await RunningGateway.StartAsync(options => options with { Home = folder["home"] });

        (await AskAsync(second, cookie)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_cookie_of_another_installation_opens_nothing_under_either_name()
    {
        await using var other = await RunningGateway.StartAsync();
        await using var gateway = await RunningGateway.StartAsync();
        var cookie = await CookieAsync(other);
        var renamed = gateway.Get<DashboardAccess>().CookieName + cookie[cookie.IndexOf('=')..];

        cookie.ShouldNotStartWith(gateway.Get<DashboardAccess>().CookieName);
        (await AskAsync(gateway, cookie)).ShouldBe(HttpStatusCode.Forbidden);
        (await AskAsync(gateway, renamed)).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_cookie_is_good_for_thirty_days_and_cannot_be_made_longer()
    {
        var time = new ManualTime();
        await using var gateway = await RunningGateway.StartAsync(time: time);
        var cookie = await CookieAsync(gateway);
        var parts = cookie.Split('.');
        var longer = $"{parts[0]}.{long.Parse(parts[1]) + 1000}.{parts[2]}.{parts[3]}";

        (await AskAsync(gateway, longer)).ShouldBe(HttpStatusCode.Forbidden);
        time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        (await AskAsync(gateway, cookie)).ShouldBe(HttpStatusCode.OK);
        time.Advance(TimeSpan.FromSeconds(1));
        (await AskAsync(gateway, cookie)).ShouldBe(HttpStatusCode.Forbidden);
        (await AskAsync(gateway, longer)).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.9999999999.x")]
    [InlineData("1.9999999999.x.")]
    [InlineData("....")]
    public async Task What_is_no_cookie_of_ours_opens_nothing(string value)
    {
        await using var gateway = await RunningGateway.StartAsync();

        (await AskAsync(gateway, $"{gateway.Get<DashboardAccess>().CookieName}={value}")).ShouldBe(
            HttpStatusCode.Forbidden
        );
    }

    [Fact]
    public async Task Where_keys_are_asked_for_the_cookie_opens_the_pages_routes_and_not_the_models()
    {
        await using var gateway = await RunningGateway.StartAsync(options =>
            options with
            {
                Server = options.Server with { ClientKeys = [new Secret("right-1")] },
            }
        );
        using var browser = await DashboardBrowser.OpenAsync(gateway);

        using var page = await browser.SendAsync(HttpMethod.Get, "/", null, ("Accept", "text/html"));
        using var accounts = await browser.SendAsync(HttpMethod.Get, "/api/accounts");
        using var models = await browser.SendAsync(HttpMethod.Get, "/v1/models");
        using var message = await browser.SendAsync(HttpMethod.Post, "/v1/messages", "{}");
        using var stranger = await gateway.Http.GetAsync("/api/accounts");

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        accounts.StatusCode.ShouldBe(HttpStatusCode.OK);
        models.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        message.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        stranger.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("Sec-Fetch-Site", "none", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    // A browser that speaks plain HTTP to another machine sends no site.
    [InlineData("Origin", "http://127.0.0.1:PORT", 200)]
    [InlineData("Origin", "http://localhost:PORT", 403)]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("X-Nothing", "1", 403)]
    public async Task Only_the_own_page_changes_anything_with_the_cookie(string header, string value, int status)
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var browser = await DashboardBrowser.OpenAsync(gateway);

        using var response = await browser.SendAsync(
            HttpMethod.Post,
            "/accounts/oauth/cleanup",
            null,
            (header, value.Replace("PORT", $"{gateway.Address.Port}"))
        );

        ((int)response.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task A_form_changes_nothing_even_with_the_cookie()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var browser = await DashboardBrowser.OpenAsync(gateway);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Address, "/accounts/switch"));
        request.Content = new FormUrlEncodedContent([new("email", "a@example.com")]);
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        request.Headers.Add("Cookie", browser.Cookies.GetCookieHeader(gateway.Address));
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });

        using var response = await http.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    private static async Task<HttpResponseMessage> OpenAsync(string link)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        return await http.GetAsync(link);
    }

    private static async Task<string> CookieAsync(RunningGateway gateway)
    {
        using var opened = await OpenAsync(DashboardBrowser.LinkOf(gateway));
        return opened.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    private static async Task<HttpStatusCode> AskAsync(RunningGateway gateway, string cookie)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Address, "/api/accounts"));
        request.Headers.TryAddWithoutValidation("Cookie", cookie);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
