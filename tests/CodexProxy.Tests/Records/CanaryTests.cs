using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CodexProxy.Credentials;
using CodexProxy.Endpoints;
using CodexProxy.Options;
using CodexProxy.Records;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace CodexProxy.Tests.Records;

/// <summary>Words that must never be kept are planted wherever a client, a model or the backend can put them.</summary>
public sealed class CanaryTests
{
    private const string Word = "kanarienvogel";
    private const string Key = "sk-ant-api03-9f8e7d6c5b4a39281706f5e4d3c2b1a0";
    private const string Email = "canary.bird@example.org";
    private const string AccountId = "11112222-3333-4444-5555-666677778888";
    private const string Token = "eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOnRydWV9.c2lnbmF0dXJl";

    private static readonly string[] Planted = [Word, Key, Email, AccountId, Token];

    // All of them in one text.
    private static readonly string All = string.Join(' ', Planted);

    private const string ClientKey = "client-key-of-kanarienvogel";
    private const string HeaderKey = "header-of-kanarienvogel";

    [Theory]
    [InlineData(LogFormat.Text)]
    [InlineData(LogFormat.Json)]
    public async Task None_of_them_is_kept_logged_or_told(LogFormat format)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var stage = await Stage.StartAsync(
            configure: options =>
                options with
                {
                    LogLevel = LogLevel.Trace,
                    Log = options.Log with { Format = format, Prometheus = true },
                    Server = options.Server with { ClientKeys = [new Secret(Key), new Secret(ClientKey)] },
                    Alternates = new AlternateOptions
                    {
                        Named = new Dictionary<string, AlternateUpstream>
                        {
                            ["other"] = new("other")
                            {
                                BaseUrl = new Uri($"http://127.0.0.1:9/{Word}"),
                                Key = new Secret(Key),
                                Headers = new Dictionary<string, Secret> { ["x-key"] = new(HeaderKey) },
                                Enabled = true,
                            },
                        },
                    },
                },
            environment: name => name == "OTEL_EXPORTER_OTLP_ENDPOINT" ? receiver.Address : null
        );
        using var stream = new StreamReader(await StreamAsync(stage));
        var simulator = stage.Simulator;
        await ElsewhereAsync(stage);
        simulator.Tokens.RevokeAccessTokens(simulator.Accounts.Default);
        simulator.Next(Turn.HttpError(HttpReply.Error(400, $"Unsupported parameter: {Word}{Key}", Word + Key, Email)));
        simulator.Next(
            Turn.Reasoning(All)
                .Commentary(All)
                .WebSearch(All, new Source($"https://example.com/{Word}", All))
                .Event($"response.{Key}", $"\"text\":\"{Word}\"")
                .Event(
                    "response.output_item.done",
                    $$"""
                    "output_index":7,"item":{"type":"{{Key}}","id":"{{Email}}","text":"{{Word}}"}
                    """
                )
                .Call($"mcp__{Word}", JsonSerializer.Serialize(new { path = All }))
        );
        simulator.Next(Turn.Fails($"{Word}{Key}", All));
        simulator.Next(Turn.HttpError(new HttpReply(500, $"<html>{All}</html>", "text/html")));
        simulator.Next(Turn.HttpError(429, "usage_limit_reached", All));

        var first = await PostAsync(stage, Body("one"));
        var second = await PostAsync(stage, Body("two"));

        var told = new StringBuilder().Append(first).Append(second);
        foreach (var path in (string[])["/api/cache", "/api/logs", "/metrics", "/api/sessions", "/api/usage/export"])
        {
            told.Append(await GetAsync(stage, path));
        }

        // Which account served is told by the name of it that is signed in now; no record holds it.
        var name = $"\"accountName\":\"{stage.Simulator.Accounts.Default.Email}\",";
        var list = await GetAsync(stage, "/api/requests");
        list.ShouldContain(name);
        told.Append(list);

        var records = stage.Gateway.Get<RequestBook>().Records;
        records.Count.ShouldBeGreaterThan(3);
        records.SelectMany(record => record.Attempts).Count().ShouldBeGreaterThan(2);
        foreach (var record in records)
        {
            told.Append(record)
                .AppendJoin('\n', record.Attempts)
                .AppendJoin('\n', record.Losses)
                .Append(record.Hashes)
                .Append(record.Cache)
                .Append(
                    (await GetAsync(stage, $"/api/requests/{record.RequestId}")).Replace(
                        name,
                        "",
                        StringComparison.Ordinal
                    )
                );
            // What was refused at the door has no bundle.
            if (stage.Gateway.Get<RequestBook>().Find(record.RequestId) is { Details: not null })
            {
                told.Append(await GetAsync(stage, $"/api/requests/{record.RequestId}/bundle"));
            }
        }

        told.AppendJoin('\n', stage.Gateway.Log.Lines);
        told.Append(await UntilAsync(stage, stream));
        stage.Gateway.Get<OtlpExport>().Flush(10_000).ShouldBeTrue();
        receiver.Spans.ShouldContain(span => span.Name == "login.refresh");
        foreach (var export in receiver.Exports)
        {
            told.Append(Encoding.UTF8.GetString(export.Body));
        }

        // The queue of the file ends with the gateway's log.
        stage.Gateway.Get<GatewayLogs>().Dispose();
        var files = Directory
            .GetFiles(stage.Gateway.Home, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(stage.Gateway.Home, path))
            .Where(path => path is not "signing.key" and not "accounts.json" && !path.StartsWith("accounts/"))
            .ToList();
        files.ShouldContain("logs/gateway.log");
        foreach (var file in files)
        {
            told.Append(file).Append(await ReadSharedAsync(Path.Combine(stage.Gateway.Home, file)));
        }

        var text = told.Replace(name, "").ToString();
        text.ShouldContain("codex_proxy_requests_total{");
        text.ShouldContain("event: log");
        text.ShouldContain("losses:");
        text.ShouldContain("\"attempts\":[");
        foreach (
            var secret in (string[])
                [
                    .. Planted,
                    ClientKey,
                    HeaderKey,
                    LocalKey.OfInstallation(stage.Gateway.Home).Reveal(),
                    .. Login(stage),
                ]
        )
        {
            var at = text.IndexOf(secret, StringComparison.OrdinalIgnoreCase);
            at.ShouldBe(
                -1,
                at < 0 ? null : $"{secret} in: {text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 100)]}"
            );
        }
    }

    // What the stored sign-in holds.
    private static string[] Login(Stage stage)
    {
        var account = stage.Simulator.Accounts.Default;
        return
        [
            account.Email,
            account.Id,
            .. stage.Simulator.Requests.Responses.Select(request => request.BearerToken).OfType<string>().Distinct(),
        ];
    }

    // The other faces, and what is turned away at the door.
    private static async Task ElsewhereAsync(Stage stage)
    {
        var all = JsonSerializer.Serialize(All);
        foreach (
            var (path, body) in ((string, string)[])
                [
                    (
                        "/v1/chat/completions",
                        $$"""{"model":"gpt-5.9","messages":[{"role":"user","content":{{all}}}]}"""
                    ),
                    ("/v1/responses", $$"""{"model":"gpt-5.9","input":{{all}},"instructions":{{all}}}"""),
                    ("/v1/chat/completions", $$"""{"model":{{all}},"messages":[]}"""),
                    ("/v1/messages", $$"""{"model":{{all}},"max_tokens":{{all}}}"""),
                    (
                        "/v1/messages",
                        $$"""{"model":"other/model","max_tokens":9,"messages":[{"role":"user","content":{{all}}}]}"""
                    ),
                    ("/v1/messages", "{" + All),
                    ($"/{Word}?key={Key}&email={Email}", all),
                ]
        )
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path);
            request.Content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {ClientKey}");
            request.Headers.TryAddWithoutValidation("user-agent", All);
            request.Headers.TryAddWithoutValidation("session-id", Key);
            request.Headers.TryAddWithoutValidation("tracestate", $"k={Word}");
            request.Headers.TryAddWithoutValidation("baggage", $"k={Word}");
            request.Headers.TryAddWithoutValidation(
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            );
            using var response = await stage.Gateway.Http.SendAsync(request);
            var answer = await response.Content.ReadAsStringAsync();
            foreach (var secret in (string[])[ClientKey, HeaderKey, .. Login(stage)])
            {
                // What the client said may come back to it; what it could not know may not.
                answer.ShouldNotContain(secret, Case.Insensitive);
            }
        }

        using var foreign = new HttpRequestMessage(HttpMethod.Get, $"/{Word}");
        foreign.Headers.Host = $"{Word}.example.org";
        using var refused = await stage.Gateway.Http.SendAsync(foreign);
    }

    private static async Task<Stream> StreamAsync(Stage stage)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/logs/stream?history=true");
        request.Headers.Add(ManagementGuard.TokenHeader, stage.Gateway.Get<ManagementToken>().Value.Reveal());
        request.Headers.Add("x-api-key", ClientKey);
        var response = await stage.Gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return await response.Content.ReadAsStreamAsync();
    }

    // Everything of the stream up to the line that is in the log now.
    private static async Task<string> UntilAsync(Stage stage, StreamReader stream)
    {
        var last = $"id: {stage.Gateway.Get<LogRing>().Last(LogLevel.Trace, 1)[0].Id}";
        var text = new StringBuilder();
        string? line = null;
        while (line != last)
        {
            line = await stream.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10));
            text.Append(line.ShouldNotBeNull()).Append('\n');
        }

        for (var i = 0; i < 2; i++)
        {
            text.Append(await stream.ReadLineAsync()).Append('\n');
        }

        return text.ToString();
    }

    private static async Task<string> ReadSharedAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync();
    }

    private static string Body(string text)
    {
        var all = JsonSerializer.Serialize($"{All} {text}");
        return """
            {"model":"claude-opus-5-5","max_tokens":1024,"WORD KEY":1,"MAIL":2,"stop_sequences":[ALL],
             "metadata":{"user_id":ALL},"system":ALL,"service_tier":ALL,
             "tools":[{"name":"mcp__WORD","description":ALL,"input_schema":{"type":"object","properties":{"WORD":{"type":"string","description":ALL}}}},
                      {"type":"KEY","name":ALL}],
             "tool_choice":{"type":"tool","name":"mcp__WORD"},
             "messages":[
               {"role":"user","content":[{"type":"text","text":ALL},{"type":"KEY","text":ALL},{"type":"image","source":{"type":"url","url":"https://example.com/WORD?k=KEY"}}]},
               {"role":"assistant","content":[{"type":"thinking","thinking":ALL,"signature":ALL},{"type":"tool_use","id":"toolu_WORD","name":"mcp__WORD","input":{"WORD":ALL}}]},
               {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_WORD","content":ALL}]},
               {"role":"system","content":ALL}]}
            """.Replace("ALL", all, StringComparison.Ordinal).Replace("WORD", Word, StringComparison.Ordinal).Replace(
            "KEY",
            Key,
            StringComparison.Ordinal
        ).Replace("MAIL", Email, StringComparison.Ordinal);
    }

    private static async Task<string> PostAsync(Stage stage, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages?beta=true");
        request.Content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
        request.Headers.TryAddWithoutValidation("x-api-key", Key);
        request.Headers.TryAddWithoutValidation("authorization", $"Bearer {Token}");
        request.Headers.TryAddWithoutValidation("user-agent", $"{Word}/{Key} ({Email})");
        request.Headers.TryAddWithoutValidation("x-claude-code-session-id", "3f2a9c10-7b1e-4d58-9a6f-0c2d5e8b1a77");
        request.Headers.TryAddWithoutValidation("x-claude-code-agent-id", Email);
        request.Headers.TryAddWithoutValidation(LossLine.Header, "1");
        using var response = await stage.Gateway.Http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return response.Headers.ToString();
    }

    private static async Task<string> GetAsync(Stage stage, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(ManagementGuard.TokenHeader, stage.Gateway.Get<ManagementToken>().Value.Reveal());
        request.Headers.Add("x-api-key", ClientKey);
        using var response = await stage.Gateway.Http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }
}
