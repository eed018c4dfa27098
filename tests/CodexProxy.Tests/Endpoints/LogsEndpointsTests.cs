using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using CodexProxy.Endpoints;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace CodexProxy.Tests.Endpoints;

/// <summary>The log over HTTP: the last lines, and lines as they come.</summary>
public sealed class LogsEndpointsTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private RunningGateway _gateway = null!;

    private LogRing Ring => _gateway.Get<LogRing>();

    public async ValueTask InitializeAsync()
    {
        _gateway = await RunningGateway.StartAsync(time: _time);
        Say(LogLevel.Debug, "one");
        Say(LogLevel.Information, "two");
        Say(LogLevel.Error, "three");
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("/api/logs")]
    [InlineData("/api/logs/stream")]
    public async Task Nobody_reads_the_log_without_the_token_of_this_run(string path)
    {
        using var response = await _gateway.Http.GetAsync(path);

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await LocalGuardTests.ErrorAsync(response)).Type.ShouldBe("permission_error");
    }

    [Fact]
    public async Task Too_many_readers_of_the_stream_are_turned_away_and_make_room_again()
    {
        var readers = new List<HttpResponseMessage>();
        for (var i = 0; i < LogStream.MaxReaders; i++)
        {
            readers.Add(await GetAsync("/api/logs/stream"));
        }

        using var refused = await GetAsync("/api/logs/stream");
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        readers.ForEach(reader => reader.Dispose());
        var status = HttpStatusCode.ServiceUnavailable;
        while (status == HttpStatusCode.ServiceUnavailable)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            using var response = await GetAsync("/api/logs/stream");
            status = response.StatusCode;
        }

        status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_reader_of_the_stream_does_not_keep_the_gateway_from_stopping()
    {
        using var response = await GetAsync("/api/logs/stream");
        var lines = response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        await _gateway.StopAsync().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        // Its end is an end, and no broken connection.
        (await lines).ShouldStartWith(": log");
    }

    [Fact]
    public async Task The_last_lines_have_ids_levels_and_their_request()
    {
        Ring.Add(new LogLine(0, _time.GetUtcNow(), LogLevel.Warning, "four") { RequestId = "req_01abc" });

        using var answer = JsonDocument.Parse(await TextAsync("/api/logs?limit=2"));

        answer.RootElement.GetProperty("status").GetString().ShouldBe("ok");
        var logs = answer.RootElement.GetProperty("logs").EnumerateArray().ToList();
        logs.Select(log => log.GetProperty("message").GetString()).ShouldBe(["three", "four"]);
        logs[1].GetProperty("id").GetInt64().ShouldBe(logs[0].GetProperty("id").GetInt64() + 1);
        logs[1].GetProperty("timestamp").GetString().ShouldBe("2026-11-21T12:00:00+00:00");
        logs[1].GetProperty("level").GetString().ShouldBe("warn");
        logs[1].GetProperty("icon").GetString().ShouldBe("⚠️");
        logs[1].GetProperty("requestId").GetString().ShouldBe("req_01abc");
        logs[0].TryGetProperty("requestId", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData("?level=info", 2)]
    [InlineData("?level=error", 1)]
    [InlineData("?limit=0", 0)]
    [InlineData("?limit=-5", 0)]
    [InlineData("?limit=99999", 3)]
    public async Task Lines_are_chosen_by_level_and_number(string query, int count)
    {
        using var answer = JsonDocument.Parse(await TextAsync("/api/logs" + query));

        answer.RootElement.GetProperty("logs").GetArrayLength().ShouldBe(count);
    }

    [Fact]
    public async Task A_level_that_is_none_is_an_error_that_names_them()
    {
        using var response = await GetAsync("/api/logs?level=loud");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await LocalGuardTests.ErrorAsync(response)).Message.ShouldBe("level is one of debug, info, warn, error.");
    }

    [Fact]
    public async Task A_stream_begins_with_the_history_and_goes_on_with_what_comes()
    {
        using var response = await GetAsync("/api/logs/stream?history=true&level=info");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        await using var events = Events(response);

        (await NextAsync(events)).ShouldBe(("log", "two"));
        (await NextAsync(events)).ShouldBe(("log", "three"));
        Say(LogLevel.Debug, "not this");
        Say(LogLevel.Information, "live");
        (await NextAsync(events)).ShouldBe(("log", "live"));
    }

    [Fact]
    public async Task A_stream_goes_on_after_the_last_id()
    {
        var second = Ring.Last(LogLevel.Trace, 9)[1].Id;
        using var response = await GetAsync("/api/logs/stream?history=true", lastId: second);
        await using var events = Events(response);

        (await NextAsync(events)).ShouldBe(("log", "three"));
        events.Current.EventId.ShouldBe($"{second + 1}");
    }

    [Fact]
    public async Task Silence_is_filled_with_a_sign_of_life()
    {
        using var response = await GetAsync("/api/logs/stream");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync()).ShouldBe(": log");
        await reader.ReadLineAsync();
        while (!_time.IsAwaited)
        {
            await Task.Yield();
        }

        var line = reader.ReadLineAsync();
        while (!line.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }

        (await line).ShouldBe(": still here");
    }

    [Fact]
    public async Task A_reader_that_goes_away_is_forgotten()
    {
        using (var response = await GetAsync("/api/logs/stream"))
        {
            await WaitForAsync(() => Ring.Watchers == 1);
        }

        await WaitForAsync(() => Ring.Watchers == 0);
    }

    [Fact]
    public async Task A_reader_that_does_not_read_holds_up_nobody()
    {
        using var response = await GetAsync("/api/logs/stream");
        await WaitForAsync(() => Ring.Watchers == 1);
        var text = new string('x', 10_000);

        // Far more than sockets and queues hold.
        for (var i = 0; i < 20 * LogRing.WatcherCapacity && Ring.Watchers > 0; i++)
        {
            Say(LogLevel.Information, text);
        }

        Ring.Watchers.ShouldBe(0);
    }

    [Fact]
    public async Task A_reader_does_not_keep_the_gateway_from_ending()
    {
        using var response = await GetAsync("/api/logs/stream");
        await WaitForAsync(() => Ring.Watchers == 1);

        _gateway.Get<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().StopApplication();

        await WaitForAsync(() => Ring.Watchers == 0);
    }

    private void Say(LogLevel level, string text) => Ring.Add(new LogLine(0, _time.GetUtcNow(), level, text));

    private static IAsyncEnumerator<SseItem<string>> Events(HttpResponseMessage response) =>
        SseParser.Create(response.Content.ReadAsStream()).EnumerateAsync().GetAsyncEnumerator();

    private static async Task<(string Type, string? Message)> NextAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        (await events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue();
        using var data = JsonDocument.Parse(events.Current.Data);
        return (events.Current.EventType, data.RootElement.GetProperty("message").GetString());
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task<string> TextAsync(string path)
    {
        using var response = await GetAsync(path);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<HttpResponseMessage> GetAsync(string path, long? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(ManagementGuard.TokenHeader, _gateway.Get<ManagementToken>().Value.Reveal());
        if (lastId is { } id)
        {
            request.Headers.Add("Last-Event-ID", $"{id}");
        }

        return await _gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
