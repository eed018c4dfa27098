using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using CodexProxy.Feed;
using CodexProxy.Records;
using CodexProxy.Relay;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Relay;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Faults;

/// <summary>The end of the gateway while it works: answers finish, or the client hears in its own protocol that they do not.</summary>
public sealed class ShutdownTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();
    private readonly Gate _gate = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("messages", true)]
    [InlineData("messages", false)]
    [InlineData("chat", true)]
    [InlineData("responses", true)]
    public async Task An_answer_under_way_finishes_and_nothing_new_begins(string face, bool streams)
    {
        await using var stage = await StartAsync(Turn.TextDeltas("Half ").Hold(_gate).Text("and whole."));
        var answer = ReadAsync(stage, face, streams);
        await _gate.Reached.WaitAsync(Patience, Cancelled);

        var stopping = stage.Gateway.StopAsync();
        await RefusedAsync(stage);
        stopping.IsCompleted.ShouldBeFalse();
        _gate.Open();

        (await answer.WaitAsync(Patience, Cancelled)).ShouldContain("and whole.");
        await stopping.WaitAsync(Patience, Cancelled);
        Record(stage).Ending.ShouldBe(CodexProxy.Records.RequestEnding.Answered);
    }

    [Theory]
    [InlineData("messages", true, "event: error", "overloaded_error")]
    [InlineData("messages", false, "503", "overloaded_error")]
    [InlineData("chat", true, "data: {\"error\":", "server_error")]
    [InlineData("chat", false, "503", "server_error")]
    [InlineData("responses", true, "event: error", "stopping")]
    [InlineData("responses", false, "503", "stopping")]
    public async Task What_takes_longer_than_the_limit_is_told_as_an_error(
        string face,
        bool streams,
        string form,
        string word
    )
    {
        await using var stage = await StartAsync(Turn.PartialText("Begun.").Hold(_gate).Text("never"));
        var answer = ReadAsync(stage, face, streams);
        await _gate.Reached.WaitAsync(Patience, Cancelled);
        SpinWait.SpinUntil(() => !streams || Live(stage) is [{ IsStreaming: true }], Patience).ShouldBeTrue();

        var stopping = stage.Gateway.StopAsync();
        await RefusedAsync(stage);
        _time.Advance(TimeSpan.FromSeconds(19));
        await RefusedAsync(stage);
        answer.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));

        var text = await answer.WaitAsync(Patience, Cancelled);
        text.ShouldContain(form);
        text.ShouldContain(word);
        text.ShouldContain("The gateway is stopping.");
        Endings(text).ShouldBe(0);
        await stopping.WaitAsync(Patience, Cancelled);
        Live(stage).ShouldBeEmpty();
        var record = Record(stage);
        record.Ending.ShouldBe(CodexProxy.Records.RequestEnding.Failed);
        record.Failure.ShouldBe("Stopping");
        var asked = stage.Simulator.Requests.Of(SimulatedEndpoint.Responses).Single();
        (await asked.Ended).ShouldBe(Simulator.Requests.RequestEnding.CallerGone);
    }

    [Fact]
    public async Task A_request_over_an_open_connection_is_told_to_come_again()
    {
        await using var gateway = await RunningGateway.StartAsync();
        gateway.Get<Closing>().Begin();

        using var refused = await gateway.Http.PostAsync("/v1/messages", new StringContent("{}"), Cancelled);
        using var other = await gateway.Http.PostAsync("/v1/chat/completions", new StringContent("{}"), Cancelled);

        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Headers.GetValues("retry-after").ShouldBe(["2"]);
        (await refused.Content.ReadAsStringAsync(Cancelled)).ShouldContain("\"overloaded_error\"");
        other.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await other.Content.ReadAsStringAsync(Cancelled)).ShouldStartWith("{\"error\":");
    }

    [Fact]
    public async Task A_socket_at_rest_is_closed_at_once_with_the_word_for_it()
    {
        await using var stage = await StartAsync(Turn.Text("Hello."));
        using var socket = await stage.ConnectAsync();
        await socket.SendAsync("""{"type":"response.create","model":"gpt-5.5","input":"Hello."}""");
        await socket.ReadAnswerAsync();

        var stopping = stage.Gateway.StopAsync();
        var received = await socket.ReceiveAsync(new byte[100], Cancelled).WaitAsync(Patience, Cancelled);

        received.CloseStatus.ShouldBe(WebSocketCloseStatus.EndpointUnavailable);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
        await stopping.WaitAsync(Patience, Cancelled);
    }

    [Fact]
    public async Task A_socket_that_is_answered_gets_its_answer_or_the_error()
    {
        await using var stage = await StartAsync(Turn.PartialText("Begun.").Hold(_gate).Text("never"));
        using var socket = await stage.ConnectAsync();
        await socket.SendAsync("""{"type":"response.create","model":"gpt-5.5","input":"Hello."}""");
        var answer = socket.ReadAnswerAsync();
        await _gate.Reached.WaitAsync(Patience, Cancelled);

        var stopping = stage.Gateway.StopAsync();
        await RefusedAsync(stage);
        answer.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(20));

        var last = (await answer.WaitAsync(Patience, Cancelled))[^1];
        last.GetProperty("type").GetString().ShouldBe("error");
        last.GetRawText().ShouldContain("The gateway is stopping.");
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
        await stopping.WaitAsync(Patience, Cancelled);
    }

    [Fact]
    public async Task A_client_that_does_not_take_its_last_words_is_cut_off()
    {
        using var upstream = new LongAnswer();
        await using var stage = await Stage.StartAsync(time: _time, upstream: upstream);
        using var client = new TcpClient { ReceiveBufferSize = 16 * 1024 };
        await client.ConnectAsync(stage.Gateway.Address.Host, stage.Gateway.Address.Port, Cancelled);
        var body = Request("chat", streams: true);
        await client
            .GetStream()
            .WriteAsync(
                Encoding.UTF8.GetBytes(
                    $"POST /v1/chat/completions HTTP/1.1\r\nHost: {stage.Gateway.Address.Authority}\r\n"
                        + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"
                ),
                Cancelled
            );
        await client.GetStream().ReadExactlyAsync(new byte[1000], Cancelled);
        var given = 0L;
        while (given == 0 || SpinWait.SpinUntil(() => upstream.Given != given, TimeSpan.FromMilliseconds(500)))
        {
            given = upstream.Given;
        }

        var stopping = stage.Gateway.StopAsync();
        await RefusedAsync(stage);
        _time.Advance(TimeSpan.FromSeconds(20));
        SpinWait.SpinUntil(() => stage.Gateway.Get<Closing>().Over.IsCancellationRequested, Patience).ShouldBeTrue();
        // It may be rid of the client already, if that had room for the last words after all.
        _time.Advance(TimeSpan.FromSeconds(2));

        await stopping.WaitAsync(Patience, Cancelled);
        Live(stage).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_vendors_client_sees_a_cut()
    {
        await using var stage = await StartAsync(Turn.PartialText("Begun.").Hold(_gate).Text("never"));
        using var response = await VendorRelayTests.SendAsync(stage, VendorRelayTests.Request());
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        await _gate.Reached.WaitAsync(Patience, Cancelled);

        var stopping = stage.Gateway.StopAsync();
        await RefusedAsync(stage);
        _time.Advance(TimeSpan.FromSeconds(20));

        var (_, broken) = await Stage.ReadStreamAsync(response).WaitAsync(Patience, Cancelled);
        broken.ShouldBeTrue();
        await stopping.WaitAsync(Patience, Cancelled);
        Record(stage).Failure.ShouldBe("Stopping");
    }

    private async Task<Stage> StartAsync(TurnPlan turn)
    {
        var stage = await Stage.StartAsync(new SimulatorOptions { RequireInstructions = false }, time: _time);
        stage.Simulator.Next(turn);
        return stage;
    }

    private static string Request(string face, bool streams)
    {
        var stream = streams ? "true" : "false";
        return face == "responses"
            ? $$"""{"model":"gpt-5.5","stream":{{stream}},"input":"Hello."}"""
            : $$"""{"model":"gpt-5.5","max_tokens":1024,"stream":{{stream}},"messages":[{"role":"user","content":"Hello."}]}""";
    }

    /// <summary>The whole answer as text, with its status before it when it is not 200.</summary>
    private static async Task<string> ReadAsync(Stage stage, string face, bool streams)
    {
        var path = face switch
        {
            "messages" => "/v1/messages",
            "chat" => "/v1/chat/completions",
            _ => "/v1/responses",
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(
                Request(face, streams),
                Encoding.UTF8,
                MediaTypeHeaderValue.Parse("application/json")
            ),
        };
        request.Headers.TryAddWithoutValidation("user-agent", "claude-cli/2.1.329 (external, sdk-cli)");
        using var response = await stage.Gateway.Http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            Cancelled
        );
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        return response.IsSuccessStatusCode ? text : $"{(int)response.StatusCode} {text}";
    }

    private static int Endings(string text) =>
        new[] { "message_stop", "[DONE]", "response.completed", "\"finish_reason\":\"stop\"" }.Count(text.Contains);

    private static IReadOnlyList<InFlight> Live(Stage stage) => stage.Gateway.Get<InFlightBook>().Now;

    private static RequestRecord Record(Stage stage) => stage.Gateway.Get<RequestBook>().OnlyRecord();

    // The listener is closed a moment after the end has begun.
    private static async Task RefusedAsync(Stage stage)
    {
        while (!Cancelled.IsCancellationRequested)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(stage.Gateway.Address.Host, stage.Gateway.Address.Port, Cancelled);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
