using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Browser;

/// <summary>Requests of weeks that look like those of real work: the same ones each time, the latest a moment ago.</summary>
internal static class WrittenHistory
{
    private static readonly string[] Projects = ["shop", "billing-api", "website", "notes", "infrastructure"];
    private static readonly string[] Models = ["gpt-6.1-sol", "gpt-6.1-sol", "gpt-6.1-terra", "gpt-5.2"];
    private static readonly string[] Agents = ["a1b2c3d4", "e5f60718", "90a1b2c3"];

    /// <summary>So many requests, five minutes apart.</summary>
    public static IEnumerable<RequestRecord> Of(int count, DateTimeOffset newest, TimeSpan apart)
    {
        var random = new Random(5);
        for (var i = 0; i < count; i++)
        {
            yield return One(i, newest - (apart * (count - 1 - i)), random);
        }
    }

    private static RequestRecord One(int i, DateTimeOffset at, Random random)
    {
        var run = i / 40;
        var place = i % 40;
        var model = Models[run % Models.Length];
        var input = 14_000 + (place * 1900) + random.Next(900);
        var missed = place > 0 && random.Next(18) == 0;
        var cached = place == 0 || missed ? 0 : (input - 2100) / 128 * 128;
        var output = 80 + random.Next(2400);
        var failed = random.Next(45) == 0;
        var total = TimeSpan.FromMilliseconds(1500 + random.Next(24_000));
        var first = TimeSpan.FromMilliseconds(400 + random.Next(1000));
        var failure = failed
            ? new AttemptFailure("RateLimited", 429, "rate_limit_exceeded", null, TimeSpan.Zero)
            : null;
        return new RequestRecord
        {
            RequestId = $"req_{i:d7}{run * 7919:x8}",
            Face = RequestFace.Messages,
            Started = at - total,
            At = at,
            Client = "claude-cli/2.1.329 (external, cli)",
            Session = $"{run:x8}-7b1e-4d58-9a6f-0c2d5e8b1a77",
            Agent = place % 4 == 3 ? Agents[place / 4 % 3] : null,
            Project = Projects[run % Projects.Length],
            RequestedModel = model == "gpt-5.2" ? "claude-haiku-4-5" : "claude-opus-4-6",
            UpstreamModel = model,
            ServedModel = model,
            Effort = run % 2 == 0 ? "medium" : "high",
            Streamed = true,
            Account = run % 3 == 0 ? "3f9a0c41be77" : "88d2e6b01c5a",
            Ending = failed ? RequestEnding.Failed : RequestEnding.Answered,
            Status = failed ? 429 : 200,
            Failure = failed ? "RateLimited" : null,
            Attempts =
            [
                new AttemptRecord(TimeSpan.FromMilliseconds(4), 0, [])
                {
                    FirstEvent = failed ? null : first,
                    Total = total - TimeSpan.FromMilliseconds(5),
                    Events = failed ? 0 : 20 + (output / 8),
                    Failure = failure,
                },
            ],
            FirstByte = failed ? null : first,
            Total = total,
            Tokens = failed ? null : new TokenCounts(input, cached, 0, output, output / 3),
            StopReason = failed ? null : "tool_use",
            ToolCalls = failed ? 0 : 1 + (place % 3),
            ToolErrors = random.Next(30) == 0 ? 1 : 0,
            Losses = place % 9 == 0 ? [new TranslationLoss("temperature", LossKind.Dropped)] : [],
            Cache = failed
                ? null
                : new CacheVerdict(
                    place == 0 ? CacheOutcome.First
                        : missed ? CacheOutcome.Miss
                        : CacheOutcome.Hit,
                    place % 4 == 3 ? 1 : 0,
                    input,
                    place == 0 ? 0 : input - 1900,
                    cached,
                    missed ? ["instructions"] : [],
                    TimeSpan.FromSeconds(30)
                ),
        };
    }
}
