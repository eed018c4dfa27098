using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CodexProxy.Endpoints;
using CodexProxy.Records;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Scripting;
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

    [Fact]
    public async Task None_of_them_is_kept_logged_or_told()
    {
        await using var stage = await Stage.StartAsync(configure: options =>
            options with
            {
                LogLevel = LogLevel.Trace,
            }
        );
        var simulator = stage.Simulator;
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
        told.Append(await GetAsync(stage, "/api/cache"));
        // Which account served is told by the name of it that is signed in now; no record holds it.
        var name = $"\"accountName\":\"{stage.Simulator.Accounts.Default.Email}\",";
        var list = await GetAsync(stage, "/api/requests");
        list.ShouldContain(name);
        told.Append(list.Replace(name, "", StringComparison.Ordinal));

        var records = stage.Gateway.Get<RequestBook>().Records;
        records.Count.ShouldBe(2);
        records.SelectMany(record => record.Attempts).Count().ShouldBeGreaterThan(2);
        foreach (var record in records)
        {
            told.Append(record)
                .AppendJoin('\n', record.Attempts)
                .AppendJoin('\n', record.Losses)
                .Append(record.Hashes)
                .Append(record.Cache)
                .Append(await GetAsync(stage, $"/api/requests/{record.RequestId}/bundle"));
        }

        told.AppendJoin('\n', stage.Gateway.Log.Lines);
        var text = told.ToString();
        text.ShouldContain("losses:");
        text.ShouldContain("\"attempts\":[");
        foreach (var secret in (string[])[.. Planted, .. Login(stage)])
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
        return [account.Email, account.Id, stage.Simulator.Requests.Responses[0].BearerToken!];
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
        request.Headers.TryAddWithoutValidation(LossLine.Header, "1");
        using var response = await stage.Gateway.Http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return response.Headers.ToString();
    }

    private static async Task<string> GetAsync(Stage stage, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(ManagementGuard.TokenHeader, stage.Gateway.Get<ManagementToken>().Value.Reveal());
        using var response = await stage.Gateway.Http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }
}
