using System.Net;
using System.Text;
using CodexProxy.Keys;
using CodexProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace CodexProxy.Tests.Keys;

/// <summary>Limits of a day that outlast the program, and what stands in their way.</summary>
public sealed class KeyDayKeeperTests : IDisposable
{
    private readonly TempFolder _home = new();
    private readonly ManualTime _time = new();
    private readonly CollectedLog _log = new();
    private readonly NamedKey _key = new("one", "a", default) { Limits = new KeyLimits(null, 2, null, null) };

    private string Kept => _home["key-usage.json"];

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_restart_does_not_give_a_key_a_new_day()
    {
        const string Body =
            """{"model":"gpt-6-luna","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}""";
        var key = (
            await new KeyStore(_home["keys.json"], _time).AddAsync("one", false, _key, CancellationToken.None)
        ).Reveal();
        for (var run = 0; run < 3; run++)
        {
            await using var stage = await Stage.StartAsync(
                time: _time,
                configure: options => options with { Home = _home.Path }
            );
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages")
            {
                Content = new StringContent(Body, Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("x-api-key", key);

            using var answer = await stage.Gateway.Http.SendAsync(request);

            answer.StatusCode.ShouldBe(run < 2 ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests);
            await stage.Gateway.StopAsync();
        }

        (await File.ReadAllTextAsync(Kept)).ShouldNotContain(key);
    }

    [Fact]
    public async Task What_is_counted_is_on_the_disk_a_minute_later_and_not_more_often()
    {
        var meter = await StartAsync();
        _time.IsAwaited.ShouldBeFalse();

        meter.Ask(_key).ShouldBeNull();
        File.Exists(Kept).ShouldBeFalse();
        _time.Advance(KeyDayKeeper.Gather / 2);
        meter.Count(_key, 40);
        _time.Advance(KeyDayKeeper.Gather / 2);

        var day = new KeyDayFile(Kept).Read().ShouldHaveSingleItem();
        day.ShouldBe(new KeyDay("a", _time.GetUtcNow() - KeyDayKeeper.Gather, 1, 40));
        // Nobody uses a key, nobody writes.
        _time.IsAwaited.ShouldBeFalse();
    }

    [Fact]
    public async Task A_folder_in_its_place_is_told_once_and_costs_nothing_else()
    {
        Directory.CreateDirectory(Kept);
        var meter = await StartAsync();

        for (var minute = 0; minute < 3; minute++)
        {
            meter.Count(_key, 1);
            _time.Advance(KeyDayKeeper.Gather);
        }

        meter.UsedBy(_key).TokensOfDay.ShouldBe(3);
        _log.Lines.Count(line => line.Contains("key-usage.json cannot be written")).ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"version":1,"days":[{"sha256":"a","began_at":"soon","requests":1,"tokens":1}]}""")]
    [InlineData("""{"version":1,"days":[{"sha256":"a","began_at":"2026-11-21T12:00:00Z","requests":-9,"tokens":1}]}""")]
    [InlineData("""{"version":2,"days":[]}""")]
    public async Task What_cannot_be_understood_is_set_aside_and_told(string content)
    {
        await File.WriteAllTextAsync(Kept, content);

        (await StartAsync()).UsedBy(_key).RequestsOfDay.ShouldBe(0);

        (await File.ReadAllTextAsync(Kept + ".damaged")).ShouldBe(content);
        _log.Lines.ShouldContain(line => line.Contains("key-usage.json could not be understood"));
    }

    private async Task<KeyMeter> StartAsync()
    {
        var meter = new KeyMeter(_time);
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(_log));
        var keeper = new KeyDayKeeper(meter, new KeyDayFile(Kept), _time, logs.CreateLogger<KeyDayKeeper>());
        await keeper.StartAsync(CancellationToken.None);
        return meter;
    }
}
