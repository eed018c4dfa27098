using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Terminals;
using CodexProxy.Tests.Records;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Commands;

/// <summary>The live view in the terminal: its frames, its screen, and what pipes get.</summary>
public sealed class TopCommandTests
{
    private const string Message =
        """{"model":"claude-opus-5-5","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"Hello."}]}""";

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void A_frame_looks_as_it_was_agreed(int columns)
    {
        var frame = Frames().Frame(new(TopFixture.Overview, TopFixture.Recent), columns);

        frame.ShouldAllBe(line => line.Length <= columns);
        Check($"top-{columns}.txt", frame);
    }

    [Fact]
    public void Signed_out_and_idle_it_says_what_to_do()
    {
        var overview = TopFixture.Overview with
        {
            SignedIn = false,
            Problem = "Not signed in. Run `codex-proxy login`.",
            Account = null,
            Accounts = 0,
            InFlight = [],
        };

        Check("top-signed-out.txt", Frames().Frame(new(overview, []), 80));
    }

    [Theory]
    [InlineData(40, 24)]
    [InlineData(20, 5)]
    [InlineData(1, 1)]
    public void A_small_screen_gets_no_wider_and_keeps_the_head(int columns, int rows)
    {
        var frame = Frames().Frame(new(TopFixture.Overview, TopFixture.Recent), columns, rows);

        frame.ShouldAllBe(line => line.Length <= columns);
    }

    [Fact]
    public void A_server_that_went_away_is_told_where_the_account_stood()
    {
        var frame = Frames().Frame(new(TopFixture.Overview, [], "The server has ended."), 80);

        frame[1].ShouldBe("The server has ended.");
    }

    [Fact]
    public void Colour_is_only_added()
    {
        using var output = new StringWriter();
        var coloured = new TopScreen(new Terminal(output, output, true, true), new ManualTime()).Frame(
            new(TopFixture.Overview, TopFixture.Recent),
            80
        );

        var plain = Frames().Frame(new(TopFixture.Overview, TopFixture.Recent), 80);
        coloured
            .Select(line => System.Text.RegularExpressions.Regex.Replace(line, "\e\\[[0-9;]*m", ""))
            .ShouldBe(plain);
        coloured.ShouldContain(line => line.Contains('\e'));
    }

    [Fact]
    public void The_screen_is_drawn_in_place_and_given_back()
    {
        using var output = new StringWriter();
        using (var screen = new LiveScreen(output, () => (80, 2), () => null))
        {
            screen.Draw(["one", "two", "three"]);
            screen.Draw(["four"]);
        }

        output
            .ToString()
            .ShouldBe(
                "\e[?1049h\e[?25l\e[?7l\e[H\e[Kone\r\n\e[Ktwo" + "\e[H\e[Kfour\r\n\e[J" + "\e[?7h\e[?25h\e[?1049l"
            );
    }

    [Fact]
    public async Task Through_a_pipe_there_is_one_snapshot()
    {
        await using var stage = await HonestyStage.StartAsync();
        await stage.AskAsync(Message);

        (await stage.Commands.RunAsync("top")).ShouldBe(ExitCode.Done);

        stage.Commands.Output.ShouldStartWith("codex-proxy 0.1.0  http://127.0.0.1:");
        stage.Commands.Output.ShouldContain("person@example.com (plus)");
        stage.Commands.Output.ShouldContain("answered");
        stage.Commands.Output.ShouldNotContain("\e");
    }

    [Fact]
    public async Task Programs_get_all_of_it_as_json()
    {
        await using var stage = await HonestyStage.StartAsync();
        await stage.AskAsync(Message);

        (await stage.Commands.RunAsync("top", "--json")).ShouldBe(ExitCode.Done);

        using var json = JsonDocument.Parse(stage.Commands.Output);
        json.RootElement.GetProperty("overview").GetProperty("signedIn").GetBoolean().ShouldBeTrue();
        json.RootElement.GetProperty("requests").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Followed_through_a_pipe_each_request_is_one_line()
    {
        await using var stage = await HonestyStage.StartAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(TimeSpan.FromSeconds(30));
        await using var lines = new AwaitedLines();
        var following = stage.Commands.RunAsync(lines, stop.Token, "top", "--follow");
        while (!stage.World.Gateway.Get<CodexProxy.Endpoints.FeedEndpoint>().HasReaders)
        {
            stop.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        var record = await stage.AskAsync(Message);
        var line = await lines.WaitForAsync("\t");
        await stop.CancelAsync();

        (await following).ShouldBe(ExitCode.Done);
        var cells = line.Split('\t');
        cells.Length.ShouldBe(11);
        cells[1].ShouldBe("answered");
        cells[8].ShouldBe("claude-cli/2.1.329");
        cells[^1].ShouldBe(record.RequestId);
    }

    [Fact]
    public async Task On_a_terminal_it_is_drawn_again_until_q_is_pressed()
    {
        await using var stage = await HonestyStage.StartAsync();
        await using var output = new StringWriter();
        var keys = new Queue<char?>([null, null, 'x', 'q']);
        var sizes = new Queue<(int, int)>([(80, 24), (80, 24), (100, 30)]);
        var context = stage.Commands.Context(output) with
        {
            Terminal = new Terminal(output, output, false, false)
            {
                Screen = () =>
                    new LiveScreen(
                        output,
                        () => sizes.Count > 1 ? sizes.Dequeue() : sizes.Peek(),
                        () => keys.TryDequeue(out var key) ? key : 'q'
                    ),
            },
        };

        (await CommandLine.RunAsync(["top"], context, TestContext.Current.CancellationToken)).ShouldBe(ExitCode.Done);

        var drawn = output.ToString();
        drawn.ShouldStartWith("\e[?1049h");
        drawn.ShouldEndWith("\e[?1049l");
        drawn.Split("\e[H").Length.ShouldBeGreaterThan(2);
        drawn.ShouldContain("In flight: 0");
    }

    [Fact]
    public async Task Without_a_server_the_command_says_how_to_get_one()
    {
        using var run = new CommandRun();

        (await run.RunAsync("top")).ShouldBe(ExitCode.Failed);
        run.Messages.ShouldContain("No server is running");
        (await run.RunAsync("top", "--follow")).ShouldBe(ExitCode.Failed);
        (await run.RunAsync("top", "--json")).ShouldBe(ExitCode.Failed);
        run.Output.ShouldContain("\"success\": false");
    }

    private static TopScreen Frames() =>
        new(new Terminal(TextWriter.Null, TextWriter.Null, false, false), new ManualTime());

    private static void Check(string name, IReadOnlyList<string> frame)
    {
        var path = Repository.File($"tests/CodexProxy.Tests/Commands/Golden/{name}");
        var text = string.Join('\n', frame) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        text.ShouldBe(File.ReadAllText(path));
    }
}
