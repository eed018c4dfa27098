using System.Text;
using CodexProxy.Protocol.Quota;
using CodexProxy.Protocol.Tests.Translation;

namespace CodexProxy.Protocol.Tests.Quota;

public sealed class UnifiedHeadersTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_795_219_200);

    [Fact]
    public void Windows_are_told_apart_by_their_length_and_not_by_their_place()
    {
        var snapshot = Read(("primary", 20, 10_080), ("secondary", 37, 300));

        Header(snapshot, "5h-utilization").ShouldBe("0.37");
        Header(snapshot, "7d-utilization").ShouldBe("0.2");
        Header(snapshot, "status").ShouldBe("allowed");
    }

    [Fact]
    public void The_fuller_window_warns_from_nine_tenths()
    {
        var snapshot = Read(("primary", 93, 300), ("secondary", 91, 10_080));

        Header(snapshot, "status").ShouldBe("allowed_warning");
        Header(snapshot, "representative-claim").ShouldBe("five_hour");
        Header(snapshot, "5h-surpassed-threshold").ShouldBe("0.9");
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(0)]
    public void A_window_of_another_length_is_not_reported(int minutes) =>
        UnifiedHeaders.Write(Read(("primary", 50, minutes), ("secondary", 0, 0)), Now).ShouldBeEmpty();

    [Fact]
    public void A_reset_in_the_past_is_not_reported() =>
        UnifiedHeaders.Write(Read(("primary", 50, 300), ("secondary", 0, 0)), Now.AddDays(2)).ShouldBeEmpty();

    [Fact]
    public void The_usage_endpoint_tells_windows_plan_and_credits()
    {
        var snapshot = QuotaReader.FromUsage(
            ResponseFixtures.ReadBytes("codex-backend", "json", "usage-response.json"),
            Now
        )!;

        snapshot.Plan.ShouldBe("plus");
        snapshot.FiveHours!.UsedPercent.ShouldBe(42);
        snapshot.Week!.Minutes.ShouldBe(10_080);
        snapshot.Limits.Keys.ShouldBe(["codex", "codex_fixture"], ignoreOrder: true);
        snapshot.Credits!.Has.ShouldBeFalse();
    }

    [Fact]
    public void An_account_without_windows_is_read_too() =>
        QuotaReader
            .FromUsage(
                ResponseFixtures.ReadBytes("codex-backend", "json", "usage-response-spend-controlled.json"),
                Now
            )!
            .Windows.ShouldBeEmpty();

    [Fact]
    public void The_active_limit_is_the_one_that_counts()
    {
        var headers = new List<KeyValuePair<string, string>>
        {
            new("X-Codex-Active-Limit", "codex-bengalfox"),
            new("x-codex-primary-used-percent", "1"),
            new("x-codex-bengalfox-primary-used-percent", "77"),
            new("x-codex-bengalfox-primary-window-minutes", "300"),
        };

        QuotaReader.FromHeaders(headers, Now)!.FiveHours!.UsedPercent.ShouldBe(77);
    }

    [Fact]
    public void Newer_facts_replace_older_ones_and_keep_the_rest()
    {
        var merged = Read(("primary", 10, 300), ("secondary", 20, 10_080)) with { Plan = "plus" };
        merged = merged.Merge(Read(("primary", 30, 300), ("secondary", 20, 10_080)));

        (merged.Plan, merged.FiveHours!.UsedPercent).ShouldBe(("plus", 30));
    }

    private static string? Header(RateLimitSnapshot snapshot, string name) =>
        UnifiedHeaders
            .Write(snapshot, Now)
            .SingleOrDefault(header => header.Key == "anthropic-ratelimit-unified-" + name)
            .Value;

    private static RateLimitSnapshot Read(params (string Place, int Used, int Minutes)[] windows)
    {
        var json = new StringBuilder();
        foreach (var (place, used, minutes) in windows)
        {
            json.Append(json.Length > 0 ? "," : "")
                .Append(
                    $"\"{place}\":{{\"used_percent\":{used},\"window_minutes\":{minutes},\"reset_after_seconds\":3600}}"
                );
        }

        return QuotaReader.FromEvent(
            Requests.Json($"{{\"type\":\"codex.rate_limits\",\"rate_limits\":{{{json}}}}}"),
            Now
        )!;
    }
}
