using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CodexProxy.Accounts;
using CodexProxy.Endpoints;
using CodexProxy.Options;
using CodexProxy.Simulator.Requests;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Endpoints;

/// <summary>Signing in over HTTP.</summary>
public sealed class SignInEndpointsTests : IAsyncLifetime
{
    private readonly HttpClient _browser = new(new SocketsHttpHandler());
    private Stage _stage = null!;

    public async ValueTask InitializeAsync() =>
        _stage = await Stage.StartAsync(
            signedIn: false,
            configure: options => options with { Login = new LoginOptions { CallbackPorts = [0] } }
        );

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _stage.DisposeAsync();
    }

    [Fact]
    public async Task A_browser_that_allows_it_adds_an_account_that_serves()
    {
        using var begun = await PostAsync("/accounts/add", null);
        begun.RootElement.GetProperty("status").GetString().ShouldBe("oauth_url");
        begun.RootElement.GetProperty("callback_port").GetInt32().ShouldBeGreaterThan(0);
        begun.RootElement.EnumerateObject().Count().ShouldBe(3);

        using var page = await _browser.GetAsync(begun.RootElement.GetProperty("oauth_url").GetString());

        (await page.Content.ReadAsStringAsync()).ShouldContain("You are signed in");
        await WaitForAccountAsync();
        using var answer = await _stage.PostAsync(
            """{"model":"claude-opus-5-5","max_tokens":64,"messages":[{"role":"user","content":"Hello."}]}"""
        );
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_browser_may_come_back_to_the_gateways_own_port()
    {
        using var begun = await PostAsync("/accounts/add", null);
        var callback = await CallbackAsync(begun);

        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(_stage.Gateway.Address, callback.PathAndQuery)
        );
        // What a browser says that the issuer has sent here.
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        using var page = await _browser.SendAsync(request);

        (await page.Content.ReadAsStringAsync()).ShouldContain("You are signed in");
        await WaitForAccountAsync();
    }

    [Fact]
    public async Task A_pasted_address_does_as_well_and_a_foreign_one_does_not()
    {
        using var nothing = await PostAsync("/accounts/add/manual", """{"code":"x"}""");
        nothing.RootElement.GetProperty("success").GetBoolean().ShouldBeFalse();
        using var begun = await PostAsync("/accounts/add", null);
        var callback = (await CallbackAsync(begun)).AbsoluteUri;

        using var foreign = await PostAsync(
            "/accounts/add/manual",
            JsonSerializer.Serialize(new { code = callback.Replace("state=", "state=x") })
        );
        foreign.RootElement.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("another sign-in");

        using var done = await PostAsync(
            "/accounts/add/manual",
            JsonSerializer.Serialize(new { code = callback, verifier = "ignored" })
        );
        done.RootElement.GetProperty("message").GetString().ShouldBe("Signed in as person@example.com (plus).");
    }

    [Fact]
    public async Task A_pasted_answer_that_says_no_is_no_success()
    {
        using var begun = await PostAsync("/accounts/add", null);
        var callback = (await CallbackAsync(begun)).AbsoluteUri;
        var denied = System.Text.RegularExpressions.Regex.Replace(callback, "code=[^&]*", "error=access_denied");

        using var answer = await PostAsync("/accounts/add/manual", JsonSerializer.Serialize(new { code = denied }));

        answer.RootElement.GetProperty("success").GetBoolean().ShouldBeFalse();
        answer.RootElement.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("denied");
    }

    [Fact]
    public async Task A_page_of_somebody_else_is_not_taken_for_the_callback()
    {
        await PostAsync("/accounts/add", null);

        using var page = await _browser.GetAsync(new Uri(_stage.Gateway.Address, "/auth/callback?code=a&state=b"));

        page.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        _stage.Simulator.Requests.Count(SimulatedEndpoint.Token).ShouldBe(0);
    }

    [Fact]
    public async Task Cleaning_up_frees_the_port()
    {
        using var begun = await PostAsync("/accounts/add", null);
        var port = begun.RootElement.GetProperty("callback_port").GetInt32();

        using var done = await PostAsync("/accounts/oauth/cleanup", null);

        done.RootElement.GetProperty("message").GetString().ShouldBe("OAuth servers cleaned up");
        await Should.ThrowAsync<HttpRequestException>(() => _browser.GetAsync(new Uri($"http://127.0.0.1:{port}/")));
    }

    [Theory]
    [InlineData("/cancel")]
    [InlineData("/auth/callback")]
    public async Task A_sign_in_that_is_over_gives_its_port_back(string path)
    {
        using var begun = await PostAsync("/accounts/add", null);
        var port = begun.RootElement.GetProperty("callback_port").GetInt32();
        var last =
            path == "/cancel"
                ? $"http://127.0.0.1:{port}/cancel"
                : begun.RootElement.GetProperty("oauth_url").GetString();
        using var page = await _browser.GetAsync(last);
        page.StatusCode.ShouldBe(HttpStatusCode.OK);

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (await AnswersAsync(port, patience.Token)) { }
    }

    [Theory]
    [InlineData("/accounts/add")]
    [InlineData("/accounts/add/manual")]
    [InlineData("/accounts/oauth/cleanup")]
    public async Task Nobody_begins_or_ends_one_without_the_token(string path)
    {
        using var response = await _stage.Gateway.Http.PostAsync(path, null);

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        using var fresh = new HttpClient(new SocketsHttpHandler());
        try
        {
            using var answer = await fresh.GetAsync(new Uri($"http://127.0.0.1:{port}/"), cancellation);
            return true;
        }
        // A port that is just closing resets the connection, and not every reset comes wrapped.
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
        {
            return false;
        }
    }

    /// <summary>Where the issuer would send the browser.</summary>
    private static async Task<Uri> CallbackAsync(JsonDocument begun)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var redirect = await http.GetAsync(begun.RootElement.GetProperty("oauth_url").GetString());
        return redirect.Headers.Location!;
    }

    private async Task WaitForAccountAsync()
    {
        // The page is shown a moment before the account is stored.
        while (!_stage.Gateway.Get<AccountDirectory>().Current.All.Any(account => account.Name == "person@example.com"))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task<JsonDocument> PostAsync(string path, string? body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add(ManagementGuard.TokenHeader, _stage.Gateway.Get<ManagementToken>().Value.Reveal());
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await _stage.Gateway.Http.SendAsync(request);
        return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
    }
}
