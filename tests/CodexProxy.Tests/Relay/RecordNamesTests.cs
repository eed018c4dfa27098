using System.Text;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;
using CodexProxy.Relay;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;
using static CodexProxy.Tests.Usage.SampleRecords;

namespace CodexProxy.Tests.Relay;

/// <summary>Names that a client or an upstream chose, as they are kept and shown.</summary>
public sealed class RecordNamesTests
{
    private readonly RecordNames _names = new(new Redactor());

    [Theory]
    [InlineData("gpt-6.1-sol", "gpt-6.1-sol")]
    [InlineData("mein Laden ☕ 店", "mein Laden ☕ 店")]
    [InlineData("", "")]
    [InlineData("a\tb\r\nc\u001b[2Jd\0e\u007f\u009b", "a_b__c_[2Jd_e__")]
    [InlineData("a\u202eb\u2028c\u200dd", "a_b_c_d")]
    [InlineData("jo@example.org", "***")]
    [InlineData("of sk-ant-api03-0123456789 there", "of *** there")]
    [InlineData("sk-ant-api03\u0000-0123456789", "***")]
    public void They_are_visible_and_no_secrets(string name, string kept) => _names.Of(name).ShouldBe(kept);

    // Halves of characters do not survive in an attribute.
    [Fact]
    public void Half_a_character_is_none() => _names.Of("\ud83d\ude00\ud800x\udc00").ShouldBe("\ud83d\ude00_x_");

    [Fact]
    public void They_are_short_however_long_they_were()
    {
        _names.Of(new string('x', 10_000_000)).Length.ShouldBe(RecordNames.MaxLength);
        RecordNames.Plain(new string('x', 10_000_000)).Length.ShouldBe(RecordNames.MaxLength);
        _names
            .Of(new string('x', RecordNames.MaxLength - 1) + "\ud83d\ude00")
            .Length.ShouldBe(RecordNames.MaxLength - 1);
        _names.Of((string?)null).ShouldBeNull();
    }

    [Fact]
    public void Every_name_of_a_record_is_cleaned()
    {
        const string bad = "jo@example.org\n";

        var record = _names.Of(
            Plain("req_1") with
            {
                Session = bad,
                Agent = bad,
                Project = bad,
                RequestedModel = bad,
                UpstreamModel = bad,
                ServedModel = bad,
                Effort = bad,
                Tier = bad,
                ServedTier = bad,
            }
        );

        record.ToString().ShouldNotContain("example.org");
        record.Session.ShouldBe("***");
    }

    [Fact]
    public void A_part_of_the_tokens_is_never_more_than_the_whole() =>
        RecordNames.Of(new TokenCounts(100, 150, 50, 10, 20)).ShouldBe(new TokenCounts(100, 100, 0, 10, 10));

    [Fact]
    public void A_client_that_sends_ever_new_members_does_not_make_records_long()
    {
        var losses = Enumerable.Range(0, 100_000).Select(i => new TranslationLoss($"m{i}", LossKind.Dropped));

        _names.Of(Plain("req_1") with { Losses = [.. losses] }).Losses.Count.ShouldBe(RecordNames.MaxLosses);
    }

    [Fact]
    public async Task A_session_a_model_or_an_effort_holds_no_secret_anywhere()
    {
        const string key = "sk-ant-api03-9f8e7d6c5b4a3928";
        await using var stage = await Stage.StartAsync();
        foreach (
            var (path, body) in ((string, string)[])
                [
                    (
                        "/v1/chat/completions",
                        $$"""{"model":"gpt-5.9","prompt_cache_key":"{{key}}","messages":[{"role":"user","content":"Hi"}]}"""
                    ),
                    ("/v1/responses", """{"model":"gpt-5.9","prompt_cache_key":"jo@example.org","input":"Hi"}"""),
                    (
                        "/v1/messages",
                        """
                        {"model":"claude-opus-5-5","max_tokens":64,"messages":[{"role":"user","content":"Hi"}],
                         "metadata":{"user_id":"{\"session_id\":\"\\u001b]0;jo@example.org\"}"}}
                        """
                    ),
                ]
        )
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path);
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            request.Headers.Add("x-claude-code-agent-id", key);
            using var response = await stage.Gateway.Http.SendAsync(request);
            await response.Content.ReadAsStringAsync();
        }

        using var browser = await DashboardBrowser.OpenAsync(stage.Gateway);
        var told = new StringBuilder();
        foreach (var path in (string[])["/api/requests", "/api/sessions", "/api/cache", "/api/usage?by=session"])
        {
            told.Append(await browser.GetAsync(path));
        }

        using var export = await browser.SendAsync(HttpMethod.Get, "/api/usage/export?format=csv");
        told.Append(await export.Content.ReadAsStringAsync());
        told.AppendJoin('\n', stage.Gateway.Log.Lines);
        var text = told.ToString();
        text.ShouldContain("***");
        text.ShouldNotContain(key);
        text.ShouldNotContain("jo@example.org");
        text.ShouldNotContain('\u001b');
        text.ShouldNotContain("\\u001b", Case.Insensitive);
    }
}
