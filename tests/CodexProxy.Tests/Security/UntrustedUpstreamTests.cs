using System.Net;
using System.Net.Http.Headers;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Security;

public sealed class UntrustedUpstreamTests
{
    [Theory]
    [InlineData("claude-cli/2.1.329 (external, sdk-cli)", "/v1/messages")]
    [InlineData("codex_exec/0.169.0", "/v1/responses")]
    public async Task Its_headers_cannot_speak_for_this_origin(string agent, string path)
    {
        using var upstream = new Hostile();
        await using var stage = await Stage.StartAsync(upstream: upstream);
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(
                """{"model":"gpt-6-luna","max_tokens":9,"stream":true,"input":"a","messages":[{"role":"user","content":"a"}]}""",
                MediaTypeHeaderValue.Parse("application/json")
            ),
        };
        request.Headers.TryAddWithoutValidation("User-Agent", agent);

        using var answer = await stage.Gateway.Http.SendAsync(request);

        upstream.Asked.ShouldBeGreaterThan(0);
        var names = answer.Headers.Select(header => header.Key.ToLowerInvariant()).ToList();
        foreach (var name in Hostile.Names)
        {
            names.ShouldNotContain(name);
        }

        answer.Headers.GetValues("request-id").Single().ShouldStartWith("req_01");
    }

    private sealed class Hostile : DelegatingHandler
    {
        public static readonly string[] Names =
        [
            "set-cookie",
            "access-control-allow-origin",
            "access-control-allow-credentials",
            "clear-site-data",
            "strict-transport-security",
            "www-authenticate",
            "refresh",
            "server",
        ];

        public Hostile()
            : base(new SocketsHttpHandler()) { }

        public int Asked { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            if (!request.RequestUri!.AbsolutePath.EndsWith("/responses", StringComparison.Ordinal))
            {
                return await base.SendAsync(request, cancellationToken);
            }

            Asked++;
            var response = new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(
                    await File.ReadAllTextAsync(
                        Repository.File("tests/Fixtures/codex-backend/sse/01-plain-text.sse"),
                        cancellationToken
                    ),
                    new MediaTypeHeaderValue("text/event-stream")
                ),
            };
            foreach (var name in Names)
            {
                response.Headers.TryAddWithoutValidation(name, name == "set-cookie" ? "a=b; path=/" : "*");
            }

            response.Headers.TryAddWithoutValidation("request-id", "another");
            return response;
        }
    }
}
