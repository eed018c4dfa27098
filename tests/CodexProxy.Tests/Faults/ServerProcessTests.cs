using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Launcher;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Launcher;

namespace CodexProxy.Tests.Faults;

/// <summary>The end of the built program while it answers, by signals.</summary>
public sealed class ServerProcessTests : IAsyncLifetime
{
    // What Ctrl-C sends.
    private const int Interrupt = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Installation _installation = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler());
    private readonly Gate _gate = new();
    private CodexSimulator _simulator = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to ask with.");
        _simulator = await CodexSimulator.StartAsync();
        await _simulator.Login.WriteAsync(Path.Combine(_installation.Folder.Path, ".codex", "auth.json"));
        _installation.Variables["CODEX_BASE_URL"] = _simulator.BackendUrl.ToString();
        _installation.Variables["CODEX_PROXY_AUTH_ISSUER"] = _simulator.Address.ToString();
        (await _installation.RunAsync("start", "--background")).Code.ShouldBe(ExitCode.Done);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _installation.Dispose();
        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_stop_waits_for_the_answer_under_way_and_says_so()
    {
        var answer = await AskAsync(Turn.PartialText("Half ").Hold(_gate));
        using var stop = _installation.Start("stop");
        (await stop.StandardError.ReadLineAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled))
            .ShouldNotBeNull()
            .ShouldContain("lets the answers under way finish");
        stop.HasExited.ShouldBeFalse();

        _gate.Open();

        (await answer.WaitAsync(Patience, Cancelled)).ShouldContain("Half");
        await stop.WaitForExitAsync(Cancelled).WaitAsync(Patience, Cancelled);
        stop.ExitCode.ShouldBe(ExitCode.Done);
        _installation.Record.ShouldBeNull();
    }

    [Fact]
    public async Task A_second_stop_breaks_the_answer_off_with_an_error_at_once()
    {
        var answer = await AskAsync(Turn.PartialText("Half ").Hold(_gate));
        using var first = _installation.Start("stop");
        (await first.StandardError.ReadLineAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled)).ShouldNotBeNull();

        var second = await _installation.RunAsync("stop");

        second.Code.ShouldBe(ExitCode.Done);
        var text = await answer.WaitAsync(Patience, Cancelled);
        text.ShouldContain("event: error");
        text.ShouldContain("The gateway is stopping.");
        text.ShouldNotContain("message_stop");
        await first.WaitForExitAsync(Cancelled).WaitAsync(Patience, Cancelled);
        first.ExitCode.ShouldBe(ExitCode.Done);
        // What was broken off is in the history all the same.
        var history = await _installation.RunAsync("usage", "export");
        history.Output.ShouldContain("Stopping");
    }

    [Fact]
    public async Task Ctrl_C_waits_for_the_answer_and_once_more_breaks_it_off()
    {
        using var server = await ServeInForegroundAsync();
        _simulator.Next(Turn.PartialText("Half ").Hold(_gate));
        var answer = PostAsync(Body("""{"role":"user","content":"Hello."}""", stream: true));
        await _gate.Reached.WaitAsync(Patience, Cancelled);

        UnixCalls.Send(server.Id, Interrupt).ShouldBeTrue();
        await SaysAsync(server.StandardError, "they may finish");
        answer.IsCompleted.ShouldBeFalse();
        UnixCalls.Send(server.Id, Interrupt).ShouldBeTrue();

        (await answer.WaitAsync(Patience, Cancelled)).ShouldContain("The gateway is stopping.");
        await server.StandardOutput.ReadToEndAsync(Cancelled).WaitAsync(Patience, Cancelled);
        await server.WaitForExitAsync(Cancelled).WaitAsync(Patience, Cancelled);
        server.ExitCode.ShouldBe(ExitCode.Done);
    }

    [Fact]
    public async Task A_third_signal_ends_the_process_though_something_hangs()
    {
        using var server = await ServeInForegroundAsync();
        var piece = new string('a', 32 * 1024);
        _simulator.Next(Turn.PartialText([.. Enumerable.Repeat(piece, 768)]).Hold(_gate));
        // A client that does not read would hold the end up for two seconds.
        var address = new Uri(_installation.Record!.ClientUrl);
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(address.Host, address.Port, Cancelled);
        var body = Body("""{"role":"user","content":"Hello."}""", stream: true).Replace("2048", "100000000");
        await client
            .GetStream()
            .WriteAsync(
                Encoding.UTF8.GetBytes(
                    $"POST /v1/messages HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\n"
                        + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"
                ),
                Cancelled
            );
        await client.GetStream().ReadExactlyAsync(new byte[1000], Cancelled);

        UnixCalls.Send(server.Id, Interrupt).ShouldBeTrue();
        await SaysAsync(server.StandardError, "they may finish");
        UnixCalls.Send(server.Id, Interrupt).ShouldBeTrue();
        await SaysAsync(server.StandardError, "broken off");
        UnixCalls.Send(server.Id, Interrupt).ShouldBeTrue();

        await server.WaitForExitAsync(Cancelled).WaitAsync(Patience, Cancelled);
        server.ExitCode.ShouldBe(128 + Interrupt);
    }

    // In place of the one in the background.
    private async Task<Process> ServeInForegroundAsync()
    {
        (await _installation.RunAsync("stop")).Code.ShouldBe(ExitCode.Done);
        var server = _installation.Start("serve");
        await SaysAsync(server.StandardOutput, "paste");
        return server;
    }

    private static async Task SaysAsync(StreamReader lines, string words)
    {
        var seen = new StringBuilder();
        string? line;
        do
        {
            line = await lines.ReadLineAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled);
            seen.AppendLine(line);
            line.ShouldNotBeNull($"{words} in: {seen}");
        } while (!line.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_conversation_with_reasoning_goes_on_over_a_restart()
    {
        _simulator.Next(Turn.Reasoning("Let me think.").Text("First."));
        _simulator.Next(Turn.Text("Second."));
        const string asked = """{"role":"user","content":"One."}""";
        using var first = JsonDocument.Parse(await PostAsync(Body(asked, stream: false)));
        var said = first.RootElement.GetProperty("content").GetRawText();
        said.ShouldContain("\"signature\"");

        (await _installation.RunAsync("restart")).Code.ShouldBe(ExitCode.Done);
        var second = await PostAsync(
            Body(
                asked + "," + $$"""{"role":"assistant","content":{{said}}},""" + """{"role":"user","content":"Two."}""",
                stream: false
            )
        );

        second.ShouldContain("Second.");
        _simulator.Requests.Refused.ShouldBeEmpty();
        _simulator.Requests.Last!.Items.ShouldContain(item => item.GetProperty("type").GetString() == "reasoning");
    }

    private async Task<Task<string>> AskAsync(TurnPlan turn)
    {
        _simulator.Next(turn);
        var answer = PostAsync(Body("""{"role":"user","content":"Hello."}""", stream: true));
        await _gate.Reached.WaitAsync(Patience, Cancelled);
        return answer;
    }

    private static string Body(string messages, bool stream) =>
        $$"""
            {"model":"gpt-5.5","max_tokens":2048,"stream":{{(stream ? "true" : "false")}},
             "thinking":{"type":"enabled","budget_tokens":1024},"messages":[{{messages}}]}
            """;

    private async Task<string> PostAsync(string body)
    {
        var content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
        using var response = await _client.PostAsync(
            new Uri(new Uri(_installation.Record!.ClientUrl), "/v1/messages"),
            content,
            Cancelled
        );
        return await response.Content.ReadAsStringAsync(Cancelled);
    }
}
