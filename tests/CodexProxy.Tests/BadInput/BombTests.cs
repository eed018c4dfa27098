using System.Net;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.BadInput;

/// <summary>Measures the whole process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(BombTests), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Bodies that become a thousand times as large when unpacked.</summary>
[Collection(nameof(BombTests))]
public sealed class BombTests
{
    // A whole gzip member without content.
    private static readonly byte[] Nothing = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private const int BodyLimit = 4 * 1024 * 1024;

    // A buffer that grows by doubling takes up to four times the limit; the rest is the request itself.
    private const long MostMemory = 8L * BodyLimit;

    [Theory]
    [InlineData("/v1/messages")]
    [InlineData("/v1/messages/count_tokens")]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/responses")]
    public async Task A_bomb_is_refused_at_the_limit_without_the_memory(string address)
    {
        await using var gateway = await RunningGateway.StartAsync(options =>
            options with
            {
                Server = options.Server with { BodyLimit = BodyLimit },
            }
        );
        var gigabyte = BodyFaults.Bomb("gzip", 1024);
        gigabyte.Length.ShouldBeLessThan(2 * 1024 * 1024);
        // Sixteen million members of nothing, which become nothing, in the coding within.
        var members = Enumerable.Repeat(Nothing, 256 * 1024).SelectMany(bytes => bytes).ToArray();
        var packed = BodyFaults.Pack("gzip", members);
        (string Coding, byte[] Body)[] bombs =
        [
            ("gzip", gigabyte),
            ("gzip, gzip", BodyFaults.Pack("gzip", gigabyte)),
            ("gzip, gzip", [.. Enumerable.Repeat(packed, 64).SelectMany(bytes => bytes)]),
            ("br", BodyFaults.Bomb("br", 64)),
            ("deflate", BodyFaults.Bomb("deflate", 64)),
            ("deflate, br", BodyFaults.Pack("br", BodyFaults.Bomb("deflate", 64))),
        ];
        await SendAsync(gateway, address, "gzip", bombs[3].Body);

        foreach (var (coding, body) in bombs)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var (status, answer) = await SendAsync(gateway, address, coding, body);
            var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

            status.ShouldBe(HttpStatusCode.RequestEntityTooLarge, $"{coding}: {answer}");
            answer.ShouldContain("Request exceeds the maximum size");
            allocated.ShouldBeLessThan(MostMemory, coding);
        }
    }

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(
        RunningGateway gateway,
        string address,
        string coding,
        byte[] body
    )
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var response = await gateway.Http.SendAsync(
            new BadRequest("bomb", "", body) { ContentEncoding = coding }.ToMessage(address),
            limit.Token
        );
        return (response.StatusCode, await response.Content.ReadAsStringAsync(limit.Token));
    }
}
