using System.CommandLine;
using CodexProxy.Clients;
using CodexProxy.Demo;
using CodexProxy.Options;
using CodexProxy.Simulator;
using CodexProxy.Terminals;

namespace CodexProxy.Commands;

/// <summary>How the demo runs.</summary>
/// <param name="Port">Port of the gateway. Default 0: a free one.</param>
/// <param name="Serve">Whether gateway and simulator stay up for a real client. Default: not.</param>
internal sealed record DemoChoices(int Port = 0, bool Serve = false)
{
    /// <summary>Pause before each upstream event, so that a person can follow. Default 45 ms.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(45);
}

/// <summary>
/// <c>codex-proxy demo</c>: the main job in one command, without an account. A client asks the gateway, the gateway asks a
/// simulated backend, the model calls a tool; both protocols are shown side by side as they stream.
/// </summary>
internal static class DemoCommand
{
    private static readonly Option<int> Port = new("--port")
    {
        Description = "TCP port of the gateway (a free one)",
        HelpName = "number",
    };

    private static readonly Option<bool> Serve = new("--serve") { Description = "Stay up for a real client" };

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("demo", "Show the main job with a simulated backend; needs no account")
        {
            Port,
            Serve,
        };
        command.SetAction(
            (parsed, cancelled) =>
                RunAsync(
                    new DemoChoices(parsed.GetValue(Port), parsed.GetValue(Serve)),
                    context.Terminal,
                    context.Time,
                    cancelled
                )
        );
        return command;
    }

    /// <summary>Runs the demo.</summary>
    /// <param name="choices">How.</param>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="timeProvider">The clock of pauses and time stamps.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        DemoChoices choices,
        Terminal terminal,
        TimeProvider timeProvider,
        CancellationToken cancellationToken
    )
    {
        var screen = new DemoScreen(terminal);
        using var tap = new DemoTap(screen, choices.Pace, timeProvider);
        using var log = new DemoLog(terminal, timeProvider);
        using var interruption = new Interruption(cancellationToken);
        try
        {
            await using var stage = await DemoStage.StartAsync(choices.Port, tap, log, interruption.Token);
            Introduce(terminal, stage);
            await PlayAsync(terminal, screen, stage, interruption.Token);
            if (choices.Serve)
            {
                tap.Silence();
                log.Least = LogLevel.Information;
                Invite(terminal, stage);
                await stage.Gateway.WaitForShutdownAsync(interruption.Token);
            }
            else
            {
                terminal.Line(terminal.Dim($"`{ProductInfo.Name} demo --serve` stays up for a real Claude Code."));
            }

            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            screen.Finish();
        }
        catch (DemoFailedException exception)
        {
            screen.Finish();
            terminal.Error(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            screen.Finish();
            terminal.Error($"The demo could not run: {exception.Message}");
        }

        return ExitCode.Failed;
    }

    private static async Task PlayAsync(
        Terminal terminal,
        DemoScreen screen,
        DemoStage stage,
        CancellationToken cancellationToken
    )
    {
        DemoConversation.Rehearse(stage.Simulator);
        using var client = new DemoClient(stage.Address, screen);
        screen.Head("CLIENT  Anthropic Messages API", "UPSTREAM  OpenAI Responses, Codex dialect");
        screen.Step("1  The client asks. The model thinks, then calls a tool.");
        var first = await client.AskAsync(DemoConversation.FirstRequest(), cancellationToken);
        if (first is not { StopReason: "tool_use", ToolUse: { } call })
        {
            throw new DemoFailedException($"A tool call was expected, but the model stopped with {first.StopReason}.");
        }

        screen.Step("2  The client runs the tool and sends the result back, with the whole history.");
        var second = await client.AskAsync(DemoConversation.SecondRequest(first), cancellationToken);
        Judge(stage.Simulator, second);
        Conclude(terminal, first, call, second);
    }

    // The simulator refuses what the backend would refuse; these are the promises it cannot know of.
    private static void Judge(CodexSimulator simulator, DemoMessage answer)
    {
        if (answer is not { StopReason: "end_turn", Text.Length: > 0 })
        {
            throw new DemoFailedException($"An answer was expected, but the model stopped with {answer.StopReason}.");
        }

        if (!simulator.Requests.Last.HasReasoning)
        {
            throw new DemoFailedException("The sealed reasoning did not come back with the history.");
        }

        if (answer.CachedTokens == 0)
        {
            throw new DemoFailedException("The second request did not hit the prompt cache.");
        }

        if (simulator.Requests.Refused.Count > 0 || simulator.Faults.Count > 0)
        {
            throw new DemoFailedException("The simulated backend refused a request.");
        }
    }

    private static void Introduce(Terminal terminal, DemoStage stage)
    {
        terminal.Heading($"{ProductInfo.Name} {ProductInfo.Version} demo");
        terminal.Line("No account, and nothing leaves this machine.");
        terminal.Labelled("gateway", Root(stage.Address));
        terminal.Labelled("upstream", $"{Root(stage.Simulator.Address)} (simulated)");
    }

    private static void Conclude(
        Terminal terminal,
        DemoMessage first,
        (string Id, string Name, string Input) call,
        DemoMessage second
    )
    {
        terminal.Line("");
        Promise("answer", second.Text);
        Promise("tool", $"{call.Name} {call.Input} → {DemoConversation.ToolResult}");
        Promise("reasoning", "sealed inside the signature of the thinking block, and back upstream as it was");
        Promise("usage 1", Usage(first));
        Promise("usage 2", Usage(second));
        terminal.Line("");

        void Promise(string label, string text) =>
            terminal.Hanging($"{terminal.Good("✓")} {terminal.Dim(label.PadRight(10))} ", text);
    }

    private static string Usage(DemoMessage message) =>
        $"{DemoText.Number(message.InputTokens)} input, {DemoText.Number(message.CachedTokens)} input from the cache, "
        + $"{DemoText.Number(message.OutputTokens)} output tokens";

    private static void Invite(Terminal terminal, DemoStage stage)
    {
        terminal.Heading("Both stay up. In another shell:");
        foreach (var (name, value) in LocalClient.EnvironmentOf(stage.Options, Root(stage.Address)).Variables())
        {
            var assignment = OperatingSystem.IsWindows() ? $"$env:{name}=\"{value}\"" : $"export {name}={value}";
            terminal.Line($"  {terminal.Usable(assignment)}");
        }

        terminal.Line($"  {terminal.Usable("claude")}");
        terminal.Line("");
        terminal.Sentence(
            terminal.Dim("The simulated model obeys lines such as `run: ls` or `read: /etc/hostname`. Ctrl+C ends it.")
        );
        terminal.Line("");
    }

    private static string Root(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
