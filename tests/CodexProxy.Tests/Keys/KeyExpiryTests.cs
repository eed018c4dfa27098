using System.Net;
using CodexProxy.Keys;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Keys;

/// <summary>A key that has ended, and a clock that is set back: it does not open again.</summary>
public sealed class KeyExpiryTests
{
    private static readonly TimeSpan ADayBack = TimeSpan.FromDays(-1);

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_expired_key_stays_so_when_the_clock_goes_back(bool isSeenExpired)
    {
        await using var stage = await Stage.StartAsync(time: _time);
        var key = await AddAsync(stage, "one", _time.GetUtcNow().AddHours(1));
        (await StatusAsync(stage, key)).ShouldBe(HttpStatusCode.OK);
        _time.Advance(TimeSpan.FromHours(1));
        if (isSeenExpired)
        {
            (await StatusAsync(stage, key)).ShouldBe(HttpStatusCode.Unauthorized);
        }

        _time.Set(ADayBack);

        (await StatusAsync(stage, key)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_ends_in_time_although_the_clock_was_set_back()
    {
        await using var stage = await Stage.StartAsync(time: _time);
        var key = await AddAsync(stage, "one", _time.GetUtcNow().AddHours(1));
        _time.Set(ADayBack);
        (await StatusAsync(stage, key)).ShouldBe(HttpStatusCode.OK);

        _time.Advance(TimeSpan.FromHours(1));

        (await StatusAsync(stage, key)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public void The_time_of_keys_follows_a_clock_that_goes_forward_and_never_goes_back()
    {
        var clock = new KeyClock(_time);
        var start = _time.GetUtcNow();

        _time.Set(TimeSpan.FromDays(2));
        clock.Now.ShouldBe(start.AddDays(2));
        _time.Set(ADayBack * 2);
        clock.Now.ShouldBe(start.AddDays(2));
        _time.Advance(TimeSpan.FromMinutes(5));
        clock.Now.ShouldBe(start.AddDays(2).AddMinutes(5));
    }

    private static async Task<string> AddAsync(Stage stage, string name, DateTimeOffset ends) =>
        (
            await new KeyStore(Path.Combine(stage.Gateway.Home, "keys.json"), TimeProvider.System).AddAsync(
                name,
                anthropic: false,
                new NamedKey("", "", default) { ExpiresAt = ends },
                CancellationToken.None
            )
        ).Reveal();

    private static async Task<HttpStatusCode> StatusAsync(Stage stage, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Add("x-api-key", key);
        using var answer = await stage.Gateway.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
