using System.Diagnostics;
using System.Net;
using CodexProxy.Codex;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CodexProxy.Tests.Codex;

public sealed class UpstreamHttpTests
{
    [Fact]
    public async Task Redirects_are_not_followed_and_cookies_not_kept()
    {
        var asked = new List<(string Path, string Cookie)>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(context =>
        {
            asked.Add((context.Request.Path, context.Request.Headers.Cookie.ToString()));
            context.Response.Headers.SetCookie = "a=b; path=/";
            context.Response.Redirect("/elsewhere", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        await app.StartAsync();
        using var http = UpstreamHttp.CreateClient(handler: null);

        using var first = await http.PostAsync(app.Urls.Single() + "/token", new StringContent("secret"));
        using var second = await http.PostAsync(app.Urls.Single() + "/token", new StringContent("secret"));

        second.StatusCode.ShouldBe(HttpStatusCode.TemporaryRedirect);
        asked.ShouldBe([("/token", ""), ("/token", "")]);
    }

    [Fact]
    public async Task Nothing_is_added_to_the_headers_that_a_request_names()
    {
        string[] sent = [];
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(context =>
        {
            sent = [.. context.Request.Headers.Keys.Order(StringComparer.Ordinal)];
            return Task.CompletedTask;
        });
        await app.StartAsync();
        using var http = UpstreamHttp.CreateClient(handler: null);
        // A server's request is such an activity; its ids must not travel on.
        using var activity = new Activity("request").Start();

        using var response = await http.GetAsync(app.Urls.Single());

        sent.ShouldBe(["Host"]);
    }
}
