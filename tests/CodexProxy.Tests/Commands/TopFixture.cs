using CodexProxy.Records;
using CodexProxy.Views;

namespace CodexProxy.Tests.Commands;

/// <summary>A moment of a busy gateway.</summary>
internal static class TopFixture
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static OverviewView Overview { get; } =
        new()
        {
            Version = "0.1.0",
            StartedAt = Now.AddMinutes(-125),
            Now = Now,
            Address = "http://127.0.0.1:8082",
            Home = "~/.codex-proxy",
            SignedIn = true,
            Accounts = 2,
            Account = new AccountView
            {
                Key = "0123456789ab",
                Email = "person@example.com",
                PlanType = "plus",
                Origin = "sign-in",
                AddedAt = Now.AddDays(-9),
                IsActive = true,
                TokenExpired = false,
                Quota = new QuotaView(
                    new UsageView
                    {
                        TotalTokenUsage = 62,
                        Remaining = 38,
                        Percentage = 62,
                        LimitReached = false,
                        Allowed = true,
                        Limits =
                        [
                            new LimitView(
                                "codex",
                                null,
                                [
                                    new WindowView(300, 62, Now.AddHours(2), Now.AddMinutes(80)),
                                    new WindowView(10_080, 91.5, Now.AddDays(2), null),
                                ]
                            ),
                        ],
                    },
                    Now
                ),
            },
            InFlight =
            [
                Flight(
                    "req_01aaaaaaaaaaaaaaaaaaaaaa",
                    12,
                    "streaming",
                    "gpt-6.1-sol",
                    "3f2a9c10-7b1e-4d58",
                    null,
                    1,
                    148
                ),
                Flight(
                    "req_01bbbbbbbbbbbbbbbbbbbbbb",
                    3,
                    "waiting",
                    "gpt-6.1-terra-with-a-long-name",
                    "3f2a9c10-7b1e-4d58",
                    "a1",
                    2,
                    0
                ),
            ],
            PerMinute =
            [
                .. Enumerable
                    .Range(0, 60)
                    .Select(minute => new MinuteView(
                        Now.AddMinutes(minute - 59),
                        minute % 7 == 0 ? 0 : minute * 900,
                        minute * 600,
                        minute * 30,
                        1
                    )),
            ],
            Today = new TodayView(Now.Date, 42, 1, new TokenCounts(1_234_567, 1_086_000, 0, 34_100, 12_000), 0.93, []),
            Store = new StoreView("sqlite", null, 4200, 1_200_000, 0),
        };

    public static IReadOnlyList<RequestView> Recent { get; } =
    [
        Request(0, "answered", 200, 812, 4_230, new TokenCounts(48_120, 47_900, 0, 812, 300), "gpt-6.1-sol"),
        Request(1, "failed", 429, null, 310, null, "gpt-6.1-sol"),
        Request(2, "clientgone", 200, 2_400, 12_800, null, "gpt-6.1-terra-with-a-long-name"),
        Request(3, "answered", 200, 95, 640, new TokenCounts(310, 0, 0, 12, 0), "gpt-6.1-terra"),
    ];

    private static InFlightView Flight(
        string id,
        int seconds,
        string phase,
        string model,
        string session,
        string? agent,
        int attempts,
        int events
    ) =>
        new()
        {
            Id = id,
            StartedAt = Now.AddSeconds(-seconds),
            Face = "messages",
            Client = "claude-cli/2.1.329",
            Session = session,
            Agent = agent,
            RequestedModel = "claude-opus-5-5",
            Model = model,
            Phase = phase,
            Attempts = attempts,
            Events = events,
        };

    private static RequestView Request(
        int minutesAgo,
        string ending,
        int status,
        long? firstMs,
        long totalMs,
        TokenCounts? tokens,
        string model
    ) =>
        new()
        {
            Id = $"req_01{minutesAgo:0000000000000000000000}",
            StartedAt = Now.AddMinutes(-minutesAgo - 1),
            At = Now.AddMinutes(-minutesAgo).AddSeconds(-7),
            Face = "messages",
            Client = "claude-cli/2.1.329",
            Project = "codex-proxy",
            RequestedModel = "claude-opus-5-5",
            Model = model,
            Ending = ending,
            Status = status,
            Attempts = 1,
            FirstMs = firstMs,
            TotalMs = totalMs,
            Tokens = tokens,
            Losses = [],
        };
}
