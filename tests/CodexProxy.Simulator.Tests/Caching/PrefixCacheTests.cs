using System.Text.Json;
using CodexProxy.Simulator.Tests.Support;

namespace CodexProxy.Simulator.Tests.Caching;

public sealed class PrefixCacheTests
{
    private static readonly string Long = new('x', 8000);

    private static string Conversation(string key, params string[] texts) =>
        Bodies.With(
            ("prompt_cache_key", $"\"{key}\""),
            ("input", $"[{string.Join(',', texts.Select(text => Bodies.User(text)))}]")
        );

    private static async Task<(int Input, int Cached)> AskAsync(Caller caller, string body)
    {
        var usage = (await caller.StreamAsync(body))[^1].GetProperty("response").GetProperty("usage");
        return (
            usage.GetProperty("input_tokens").GetInt32(),
            usage.GetProperty("input_tokens_details").GetProperty("cached_tokens").GetInt32()
        );
    }

    [Fact]
    public async Task A_longer_conversation_finds_the_whole_items_it_began_with_in_blocks()
    {
        await using var caller = await Caller.StartAsync();

        (await AskAsync(caller, Conversation("a", Long))).Cached.ShouldBe(0);
        var (input, cached) = await AskAsync(caller, Conversation("a", Long, Long));

        // One item of 8000 letters and its JSON is a little over 2000 tokens: fifteen blocks of 128 fit.
        cached.ShouldBe(15 * 128);
        input.ShouldBeInRange(4000, 4100);
    }

    [Fact]
    public async Task A_short_prefix_is_not_cached()
    {
        await using var caller = await Caller.StartAsync();

        await AskAsync(caller, Conversation("a", "short"));

        (await AskAsync(caller, Conversation("a", "short", "more"))).Cached.ShouldBe(0);
    }

    [Fact]
    public async Task Lanes_accounts_and_models_do_not_share()
    {
        await using var caller = await Caller.StartAsync();
        await AskAsync(caller, Conversation("a", Long));

        (await AskAsync(caller, Conversation("b", Long))).Cached.ShouldBe(0);
        (
            await AskAsync(caller, Conversation("a", Long).Replace("gpt-5.5", "gpt-6-sol", StringComparison.Ordinal))
        ).Cached.ShouldBe(0);
        caller.Tokens = caller.Simulator.Tokens.Issue(caller.Simulator.Accounts.Add());
        (await AskAsync(caller, Conversation("a", Long))).Cached.ShouldBe(0);
    }

    [Fact]
    public async Task A_change_at_the_front_loses_all_and_shows_as_resent()
    {
        await using var caller = await Caller.StartAsync();
        await AskAsync(caller, Conversation("a", "first", Long));

        (await AskAsync(caller, Conversation("a", "other", Long))).Cached.ShouldBe(0);

        var lane = caller.Simulator.Cache.Of("a");
        lane.Requests.ShouldBe(2);
        lane.ResentTokens.ShouldBeInRange(2000, 2050);
        lane.HitRatio.ShouldBe(0);
    }

    [Fact]
    public async Task An_appending_conversation_resends_nothing_and_the_ratio_counts_it()
    {
        await using var caller = await Caller.StartAsync();
        await AskAsync(caller, Conversation("a", Long));
        await AskAsync(caller, Conversation("a", Long, "x"));
        await AskAsync(caller, Conversation("a", Long, "x", "y"));

        var total = caller.Simulator.Cache.Total;
        total.ResentTokens.ShouldBe(0);
        total.CachedTokens.ShouldBe(2 * 15 * 128);
        total.HitRatio.ShouldBeInRange(0.6, 0.65);
    }

    [Fact]
    public async Task An_inline_image_has_a_flat_price()
    {
        await using var caller = await Caller.StartAsync();
        var pixels = Convert.ToBase64String([0xFF, 0xD8, 0xFF, .. new byte[300_000]]);
        var body = Bodies.Input(
            $$"""[{"type":"message","role":"user","content":[{"type":"input_image","image_url":"data:image/jpeg;base64,{{pixels}}"}]}]"""
        );

        (await AskAsync(caller, body)).Input.ShouldBeInRange(1024, 1100);
    }

    [Fact]
    public async Task Input_above_the_window_fails_inside_the_stream()
    {
        await using var caller = await Caller.StartAsync(new SimulatorOptions { ContextWindow = 1000 });

        var events = await caller.StreamAsync(Conversation("a", Long));

        events[^1].GetProperty("type").GetString().ShouldBe("response.failed");
        Code(events[^1]).ShouldBe("context_length_exceeded");

        static string? Code(JsonElement happening) =>
            happening.GetProperty("response").GetProperty("error").GetProperty("code").GetString();
    }
}
