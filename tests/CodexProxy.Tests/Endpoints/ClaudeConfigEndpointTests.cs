using System.Net;
using System.Text;
using System.Text.Json;
using CodexProxy.Credentials;
using CodexProxy.Endpoints;
using CodexProxy.Options;
using CodexProxy.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace CodexProxy.Tests.Endpoints;

/// <summary>Claude Code's settings over HTTP, and the guard before everything that changes them.</summary>
public sealed class ClaudeConfigEndpointTests : IAsyncLifetime
{
    private readonly TempFolder _user = new();
    private RunningGateway _gateway = null!;
    private string _token = "";

    private string Settings => _user[".claude/settings.json"];

    public async ValueTask InitializeAsync() =>
        _gateway = await RunningGateway.StartAsync(
            options => options with { Home = _user["home"] },
            map: app => _token = app.Services.GetRequiredService<ManagementToken>().Value.Reveal(),
            inputs: new OptionInputs
            {
                Environment = _ => null,
                UserFolder = _user.Path,
                WorkingFolder = _user.Path,
            }
        );

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _user.Dispose();
    }

    [Fact]
    public async Task The_settings_are_shown_without_their_secrets()
    {
        _user.Write(".claude/settings.json", """{ "env": {"ANTHROPIC_API_KEY": "sk-1", "EDITOR": "vi"}, }""");

        var shown = await ShownAsync();

        using var document = JsonDocument.Parse(shown);
        var root = document.RootElement;
        root.EnumerateObject().Select(member => member.Name).ShouldBe(["success", "configPath", "config"]);
        root.GetProperty("success").GetBoolean().ShouldBeTrue();
        root.GetProperty("configPath").GetString().ShouldBe(Settings);
        root.GetProperty("config")
            .GetProperty("env")
            .ToString()
            .ShouldBe("""{"ANTHROPIC_API_KEY":"***","EDITOR":"vi"}""");
    }

    private async Task<string> ShownAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/claude/config");
        request.Headers.Add(ManagementGuard.TokenHeader, _gateway.Get<ManagementToken>().Value.Reveal());
        using var response = await _gateway.Http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }

    [Fact]
    public async Task Without_a_file_the_settings_are_empty()
    {
        using var document = JsonDocument.Parse(await ShownAsync());

        document.RootElement.GetProperty("config").ToString().ShouldBe("{}");
    }

    [Fact]
    public async Task The_client_is_led_here_to_its_vendor_and_to_another_gateway()
    {
        _user.Write(".claude/settings.json", """{"model": "opus"}""");

        var here = await PostAsync("proxy", "{}");
        var key = LocalKey.OfInstallation(_user["home"]).Reveal();
        var root = $"http://127.0.0.1:{_gateway.Address.Port}";
        here.GetProperty("success").GetBoolean().ShouldBeTrue();
        here.GetProperty("message").GetString().ShouldBe($"Claude Code uses this gateway at {root}.");
        here.ToString().ShouldNotContain(key);
        Written("ANTHROPIC_BASE_URL").ShouldBe(root);
        Written("ANTHROPIC_AUTH_TOKEN").ShouldBe(key);

        await PostAsync("direct", """{"apiKey": "sk-vendor"}""");
        Written("ANTHROPIC_API_KEY").ShouldBe("sk-vendor");
        Written("ANTHROPIC_BASE_URL").ShouldBeNull();
        Written("CLAUDE_CODE_AUTO_MODE_SERVER").ShouldBeNull();

        await PostAsync("set", """{"apiUrl": "https://other.example/", "apiKey": "k"}""");
        Written("ANTHROPIC_BASE_URL").ShouldBe("https://other.example");
        Written("ANTHROPIC_AUTH_TOKEN").ShouldBe("k");
        Written("ANTHROPIC_API_KEY").ShouldBeNull();
        Directory.GetFiles(_user[".claude"], "*.bak").Length.ShouldBe(3);
    }

    [Fact]
    public async Task The_setup_can_be_looked_at_done_and_undone_from_the_page()
    {
        const string before = "{\n  \"model\": \"opus\"\n}\n";
        _user.Write(".claude/settings.json", before);
        using var browser = await DashboardBrowser.OpenAsync(_gateway);

        var preview = await browser.GetAsync("/claude/config/preview");
        File.ReadAllText(Settings).ShouldBe(before);
        await browser.PostAsync("/claude/config/proxy", "{}");
        var after = await browser.GetAsync("/claude/config/preview");
        var (undone, _) = await browser.PostAsync("/claude/config/undo");

        preview.GetProperty("configured").GetBoolean().ShouldBeFalse();
        preview.GetProperty("undo").ValueKind.ShouldBe(JsonValueKind.Null);
        var lines = preview.GetProperty("diff").EnumerateArray().ToList();
        lines.ShouldContain(line =>
            line.GetProperty("kind").GetString() == "added"
            && line.GetProperty("text").GetString()!.Contains("ANTHROPIC_BASE_URL")
        );
        preview.GetRawText().ShouldNotContain(LocalKey.OfInstallation(_user["home"]).Reveal());
        after.GetProperty("configured").GetBoolean().ShouldBeTrue();
        after.GetProperty("diff").GetArrayLength().ShouldBe(0);
        after.GetProperty("undo").GetProperty("losesChanges").GetBoolean().ShouldBeFalse();
        undone.ShouldBe(HttpStatusCode.OK);
        File.ReadAllText(Settings).ShouldBe(before);
        (await browser.PostAsync("/claude/config/undo")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task An_undo_that_would_lose_a_change_is_asked_for_twice()
    {
        _user.Write(".claude/settings.json", "{}");
        using var browser = await DashboardBrowser.OpenAsync(_gateway);
        await browser.PostAsync("/claude/config/proxy", "{}");
        File.WriteAllText(
            Settings,
            File.ReadAllText(Settings).Replace("{", "{ \"mine\": 1,", StringComparison.Ordinal)
        );

        var (refused, answer) = await browser.PostAsync("/claude/config/undo", "{}");
        var (forced, _) = await browser.PostAsync("/claude/config/undo", """{"force":true}""");

        refused.ShouldBe(HttpStatusCode.Conflict);
        answer.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("force");
        forced.ShouldBe(HttpStatusCode.OK);
        File.ReadAllText(Settings).ShouldBe("{}");
    }

    [Theory]
    [InlineData("set", """{"apiUrl": "file:///etc/passwd", "apiKey": "k"}""")]
    [InlineData("set", """{"apiUrl": "nowhere", "apiKey": "k"}""")]
    [InlineData("set", """{"apiUrl": "http://other"}""")]
    [InlineData("direct", """{"apiKey": 5}""")]
    [InlineData("direct", "[]")]
    [InlineData("direct", "{")]
    public async Task A_body_that_makes_no_sense_changes_nothing(string action, string body)
    {
        using var response = await SendAsync(action, body);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        File.Exists(Settings).ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_cannot_be_edited_is_left_alone()
    {
        _user.Write(".claude/settings.json", "[]");

        using var response = await SendAsync("proxy", "{}");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain("the text is not a JSON object");
        File.ReadAllText(Settings).ShouldBe("[]");
    }

    [Theory]
    [InlineData(null, null, "application/json", HttpStatusCode.Forbidden)]
    [InlineData("wrong", null, "application/json", HttpStatusCode.Forbidden)]
    [InlineData("right", "none", "application/json", HttpStatusCode.Forbidden)]
    [InlineData("right", "cross-site", "application/json", HttpStatusCode.Forbidden)]
    [InlineData("right", "same-origin", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("right", "same-origin", "application/json", HttpStatusCode.OK)]
    public async Task Only_who_has_the_token_of_this_run_changes_anything(
        string? token,
        string? site,
        string type,
        HttpStatusCode status
    )
    {
        foreach (var action in new[] { "proxy", "direct", "set" })
        {
            var body = """{"apiUrl": "http://other", "apiKey": "k"}""";
            using var response = await SendAsync(action, body, token == "right" ? _token : token, site, type);

            response.StatusCode.ShouldBe(status, action);
            if (status != HttpStatusCode.OK)
            {
                (await response.Content.ReadAsStringAsync()).ShouldStartWith("""{"type":"error","error":{"type":""");
                File.Exists(Settings).ShouldBeFalse();
            }
        }
    }

    private async Task<JsonElement> PostAsync(string action, string body)
    {
        using var response = await SendAsync(action, body);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private Task<HttpResponseMessage> SendAsync(string action, string body) =>
        SendAsync(action, body, _token, site: null, "application/json");

    private async Task<HttpResponseMessage> SendAsync(
        string action,
        string body,
        string? token,
        string? site,
        string type
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/claude/config/{action}")
        {
            Content = new StringContent(body, Encoding.UTF8, type),
        };
        if (token is not null)
        {
            request.Headers.Add("x-codex-proxy-token", token);
        }

        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        return await _gateway.Http.SendAsync(request);
    }

    private string? Written(string variable)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Settings));
        return document.RootElement.GetProperty("env").TryGetProperty(variable, out var value)
            ? value.GetString()
            : null;
    }
}
