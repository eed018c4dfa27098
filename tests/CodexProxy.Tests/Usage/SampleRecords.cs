using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Tests.Usage;

/// <summary>Made-up records.</summary>
internal static class SampleRecords
{
    public static DateTimeOffset Noon { get; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A record with little in it.</summary>
    public static RequestRecord Plain(string id, DateTimeOffset? at = null) =>
        new()
        {
            RequestId = id,
            Face = RequestFace.Messages,
            Started = (at ?? Noon) - TimeSpan.FromSeconds(2),
            At = at ?? Noon,
            RequestedModel = "opus",
            UpstreamModel = "gpt-x",
            Streamed = true,
            Ending = RequestEnding.Answered,
            Status = 200,
            Attempts = [],
            Total = TimeSpan.FromSeconds(2),
            Losses = [],
        };

    /// <summary>A record with something in every member.</summary>
    public static RequestRecord Full(string id, DateTimeOffset? at = null) =>
        Plain(id, at) with
        {
            Face = RequestFace.Responses,
            Client = "claude-cli/2.1.0",
            Session = "3f2a9c10",
            Agent = "agent-1",
            Project = "shop",
            RequestedModel = "claude-opus-5-5",
            UpstreamModel = "gpt-6.1-sol",
            Upstream = "local",
            ServedModel = "gpt-6.1",
            Effort = "high",
            Tier = "priority",
            ServedTier = "default",
            Streamed = false,
            Account = "0123456789ab",
            Ending = RequestEnding.Failed,
            Status = 529,
            Failure = "Overloaded",
            Attempts =
            [
                new AttemptRecord(TimeSpan.FromMilliseconds(3), 0, ["LiteShape"])
                {
                    FirstEvent = TimeSpan.FromMilliseconds(120),
                    Total = TimeSpan.FromMilliseconds(900),
                    Events = 17,
                    Failure = new AttemptFailure("Overloaded", 503, "slow_down", "LiteShape", TimeSpan.FromSeconds(4)),
                },
                new AttemptRecord(TimeSpan.FromMilliseconds(1000), 1, []),
            ],
            FirstByte = TimeSpan.FromMilliseconds(345),
            Total = TimeSpan.FromMilliseconds(1999),
            Tokens = new TokenCounts(5000, 4096, 12, 70, 20),
            StopReason = "tool_use",
            ToolCalls = 3,
            ToolErrors = 1,
            Losses = [new("temperature", LossKind.Dropped), new("a=b", LossKind.Emulated)],
            Cache = new CacheVerdict(
                CacheOutcome.Miss,
                2,
                5000,
                4800,
                4096,
                ["instructions", "tool 1 changed"],
                TimeSpan.FromSeconds(30)
            ),
            Hashes = new BodyHashes("aa", "bb", "cc", 4, 5, 6),
        };

    /// <summary>Records of a busy life, oldest first, a minute apart.</summary>
    public static IEnumerable<RequestRecord> Many(int count, DateTimeOffset newest) =>
        Enumerable
            .Range(0, count)
            .Select(i =>
                Full($"req_{i:d7}", newest - TimeSpan.FromMinutes(count - 1 - i)) with
                {
                    Session = $"session-{i / 60:d5}",
                    Agent = i % 3 == 0 ? $"agent-{i % 5}" : null,
                    Project = $"project-{i % 17}",
                    ServedModel = $"gpt-{i % 6}",
                    Account = $"account{i % 4:d5}",
                    Ending = i % 20 == 0 ? RequestEnding.Failed : RequestEnding.Answered,
                }
            );
}
