using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using CodexProxy.Commands;
using CodexProxy.Demo;
using CodexProxy.Terminals;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Commands;

public sealed partial class DemoCommandTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _messages = new();

    public void Dispose()
    {
        _output.Dispose();
        _messages.Dispose();
    }

    [Fact]
    public async Task The_demo_shows_both_protocols_from_question_to_answer()
    {
        var exit = await RunAsync(new DemoChoices { Pace = TimeSpan.Zero });

        _messages.ToString().ShouldBeEmpty();
        exit.ShouldBe(ExitCode.Done);
        Columns().ShouldBe(await File.ReadAllTextAsync(GoldenPath));
    }

    [Fact]
    public async Task Every_line_fits_the_terminal_and_a_pipe_gets_no_colour()
    {
        await RunAsync(new DemoChoices { Pace = TimeSpan.Zero });

        Lines().ShouldAllBe(line => line.Length <= 100);
        _output.ToString().ShouldNotContain('\e');
    }

    [Fact]
    public async Task A_taken_port_is_told_in_one_line()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();

        var exit = await RunAsync(new DemoChoices(((IPEndPoint)socket.LocalEndpoint).Port));

        exit.ShouldBe(ExitCode.Failed);
        _messages.ToString().ShouldStartWith("error: The demo could not run: ");
        _messages.ToString().Trim().ShouldNotContain('\n');
    }

    [Fact]
    public async Task With_serve_it_stays_up_for_a_real_client_and_shows_its_requests()
    {
        using var stop = new CancellationTokenSource();
        using var output = new AwaitedLines();
        var demo = DemoCommand.RunAsync(
            new DemoChoices(Serve: true) { Pace = TimeSpan.Zero },
            new Terminal(output, _messages, false, false),
            TimeProvider.System,
            stop.Token
        );
        var address = BaseUrl().Match(await output.WaitForAsync("ANTHROPIC_BASE_URL")).Value;
        await output.WaitForAsync("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1");

        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var body = new StringContent(
            """{"model":"claude-sonnet-4-6","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}""",
            new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")
        );
        using var answer = await client.PostAsync(new Uri(address + "/v1/messages"), body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await output.WaitForAsync("claude-sonnet-4-6 -> ");

        await stop.CancelAsync();
        (await demo).ShouldBe(ExitCode.Done);
    }

    private static string GoldenPath =>
        Path.Combine(Repository.Root, "tests", "CodexProxy.Tests", "Commands", "demo.txt");

    private Task<int> RunAsync(DemoChoices choices) =>
        DemoCommand.RunAsync(
            choices,
            new Terminal(_output, _messages, false, false),
            TimeProvider.System,
            CancellationToken.None
        );

    // Without pauses the two sides may run ahead of each other; the order within each is the same in every run.
    private string Columns()
    {
        var left = new List<string>();
        var right = new List<string>();
        foreach (var line in Lines())
        {
            var shown = line.PadRight(DemoScreen.LeftWidth + 5);
            if (Arrows().IsMatch(shown[DemoScreen.LeftWidth..(DemoScreen.LeftWidth + 5)]))
            {
                left.Add(shown[..DemoScreen.LeftWidth].TrimEnd());
                right.Add(shown[(DemoScreen.LeftWidth + 5)..].TrimEnd());
            }
            else
            {
                left.Add(line);
            }
        }

        return Normalise(
            $"{string.Join('\n', left.Where(line => line.Length > 0))}\n\n{string.Join('\n', right.Where(line => line.Length > 0))}\n"
        );
    }

    private static string Normalise(string text) =>
        Version().Replace(Port().Replace(text, "127.0.0.1:PORT"), "codex-proxy VERSION");

    private string[] Lines() => _output.ToString().ReplaceLineEndings("\n").Split('\n');

    [GeneratedRegex("^( ──▶ | ◀── |  │  )$")]
    private static partial Regex Arrows();

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Port();

    [GeneratedRegex(@"codex-proxy \d+\.\d+\.\d+")]
    private static partial Regex Version();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex BaseUrl();
}
