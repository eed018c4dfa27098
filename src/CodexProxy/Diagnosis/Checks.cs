namespace CodexProxy.Diagnosis;

/// <summary>Every check of <c>doctor</c>, in the order in which they are told.</summary>
internal static class Checks
{
    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> Of(Surveyed surveyed)
    {
        var upstream = Shared(cancelled => Answered.AskAsync(surveyed, surveyed.Options.Upstream.Responses, cancelled));
        var issuer = Shared(cancelled => Answered.AskAsync(surveyed, surveyed.Options.Upstream.AuthIssuer, cancelled));
        var world = new Lazy<ClaudeWorld>(() => new ClaudeWorld(surveyed));
        return
        [
            new("runtime", _ => Told(MachineChecks.Runtime(Environment.Version))),
            new("settings", _ => Told(MachineChecks.Settings(surveyed.Options, surveyed.Inputs))),
            new("state", _ => Told(MachineChecks.StateFolder(surveyed))),
            new(
                "port",
                cancelled => MachineChecks.PortAsync(surveyed, ClaudeChecks.IsLedHere(surveyed, world.Value), cancelled)
            ),
            new("sign-in", cancelled => OnlineChecks.SignInAsync(surveyed, cancelled)),
            new("upstream", async cancelled => (await upstream(cancelled)).Finding),
            new("issuer", async cancelled => (await issuer(cancelled)).Finding),
            new(
                "clock",
                async cancelled => OnlineChecks.Clock(await Task.WhenAll(upstream(cancelled), issuer(cancelled)))
            ),
            new("models", _ => Told(OnlineChecks.Catalogue(surveyed))),
            new("client", cancelled => ClaudeChecks.ProgramAsync(surveyed, cancelled)),
            new("client files", _ => Told(ClaudeChecks.Files(world.Value))),
            new("gateway", _ => Told(ClaudeChecks.Gateway(surveyed, world.Value))),
            new("key", _ => Told(ClaudeChecks.Key(surveyed, world.Value))),
            new("rivals", _ => Told(ClaudeChecks.Rivals(world.Value))),
            new("shell", _ => Told(ClaudeChecks.Shell(surveyed, world.Value))),
            new("status line", cancelled => ClaudeChecks.StatusLineAsync(surveyed, world.Value, cancelled)),
        ];
    }

    private static Task<Finding> Told(Finding finding) => Task.FromResult(finding);

    // Two checks ask for the same answer at about the same time; one request serves both.
    private static Func<CancellationToken, Task<Answered>> Shared(Func<CancellationToken, Task<Answered>> ask)
    {
        Task<Answered>? answer = null;
        var gate = new Lock();
        return cancelled =>
        {
            lock (gate)
            {
                return answer ??= ask(cancelled);
            }
        };
    }
}
