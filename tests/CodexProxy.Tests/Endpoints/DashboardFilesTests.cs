using System.Net;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Endpoints;

/// <summary>The page's files as a browser gets them.</summary>
public sealed class DashboardFilesTests
{
    private const string Script = "/assets/index-Ab3x9Kq1.js";

    [Fact]
    public async Task A_browser_gets_the_page_and_everybody_else_the_line()
    {
        await using var gateway = await StartAsync();

        using var page = await GetAsync(gateway, "/", ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"));
        using var line = await GetAsync(gateway, "/");

        page.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        (await page.Content.ReadAsStringAsync()).ShouldContain("page of the tests");
        page.Headers.CacheControl!.ToString().ShouldBe("no-cache");
        (await line.Content.ReadAsStringAsync()).ShouldBe("codex-proxy 0.1.0\n");
    }

    [Theory]
    [InlineData("/")]
    [InlineData(Script)]
    [InlineData("/dashboard/open")]
    public async Task Every_answer_to_a_browser_says_what_the_page_may_do(string path)
    {
        await using var gateway = await StartAsync();

        using var response = await GetAsync(gateway, path, ("Accept", "text/html"));

        response
            .Headers.GetValues("Content-Security-Policy")
            .Single()
            .ShouldBe(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            );
        response.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        response.Headers.GetValues("X-Frame-Options").Single().ShouldBe("DENY");
        response.Headers.GetValues("Referrer-Policy").Single().ShouldBe("no-referrer");
        response.Headers.GetValues("Cross-Origin-Opener-Policy").Single().ShouldBe("same-origin");
        response.Headers.GetValues("Cross-Origin-Resource-Policy").Single().ShouldBe("same-origin");
    }

    [Fact]
    public async Task A_named_part_is_kept_for_ever_and_another_asked_for_again()
    {
        await using var gateway = await StartAsync();

        using var script = await GetAsync(gateway, Script);
        using var text = await GetAsync(gateway, "/assets/plain.txt");

        script.Content.Headers.ContentType!.ToString().ShouldBe("text/javascript; charset=utf-8");
        script.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        text.Headers.CacheControl!.ToString().ShouldBe("no-cache");
    }

    [Fact]
    public async Task A_known_part_is_not_sent_again_and_each_coding_has_its_tag()
    {
        await using var gateway = await StartAsync();
        using var plain = await GetAsync(gateway, Script);
        using var packed = await GetAsync(gateway, Script, ("Accept-Encoding", "br;q=0, gzip"));

        using var again = await GetAsync(gateway, Script, ("If-None-Match", plain.Headers.ETag!.ToString()));
        using var other = await GetAsync(gateway, Script, ("If-None-Match", packed.Headers.ETag!.ToString()));

        plain.Headers.ETag!.IsWeak.ShouldBeFalse();
        plain.Content.Headers.ContentEncoding.ShouldBeEmpty();
        packed.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        packed.Headers.Vary.ShouldBe(["Accept-Encoding"]);
        packed.Headers.ETag.ShouldNotBe(plain.Headers.ETag);
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await again.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("gzip;q=0")]
    [InlineData("identity")]
    [InlineData("nonsense;;;")]
    public async Task Who_does_not_want_a_coding_gets_none(string accepted)
    {
        await using var gateway = await StartAsync();

        using var script = await GetAsync(gateway, Script, ("Accept-Encoding", accepted));

        script.Content.Headers.ContentEncoding.ShouldBeEmpty();
        (await script.Content.ReadAsStringAsync()).ShouldContain("document.title");
    }

    [Theory]
    [InlineData("/assets/")]
    [InlineData("/assets/nothing.js")]
    [InlineData("/assets/../index.html")]
    [InlineData("/assets/%2e%2e/index.html")]
    [InlineData("/index.html")]
    public async Task Nothing_else_is_there(string path)
    {
        await using var gateway = await StartAsync();

        var answer = await gateway.SendRawAsync(
            $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{gateway.Address.Port}\r\nConnection: close\r\n\r\n"
        );

        answer.ShouldStartWith("HTTP/1.1 404 ");
    }

    [Fact]
    public async Task The_head_of_a_part_has_its_size_and_no_body()
    {
        await using var gateway = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, Script);

        using var head = await gateway.Http.SendAsync(request);

        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Content.Headers.ContentLength.ShouldBe(23);
    }

    [Fact]
    public async Task A_program_without_the_page_says_how_to_get_it()
    {
        await using var gateway = await RunningGateway.StartAsync(page: typeof(object).Assembly);

        using var page = await GetAsync(gateway, "/", ("Accept", "text/html"));

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        var text = await page.Content.ReadAsStringAsync();
        text.ShouldContain("Install Node.js 20 or newer");
        text.ShouldContain("codex-proxy top");
        text.ShouldNotContain("<script");
        text.ShouldNotContain("style=");
    }

    private static Task<RunningGateway> StartAsync() =>
        RunningGateway.StartAsync(page: typeof(DashboardFilesTests).Assembly);

    private static async Task<HttpResponseMessage> GetAsync(
        RunningGateway gateway,
        string path,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await gateway.Http.SendAsync(request);
    }
}
