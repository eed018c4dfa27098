using CodexProxy.Accounts;
using CodexProxy.Answers;
using CodexProxy.Credentials;
using CodexProxy.Hosting;
using CodexProxy.Options;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Records;
using CodexProxy.Relay;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.Replay;

/// <summary>What came of a replay.</summary>
/// <param name="Recorded">What the bundle tells.</param>
/// <param name="Played">What happened now.</param>
/// <param name="Refusals">Why the simulator refused the filler, if it did: then the replay proves nothing.</param>
internal sealed record ReplayResult(ReplayOutcome Recorded, ReplayOutcome Played, IReadOnlyList<string> Refusals);

/// <summary>
/// Plays a bundle: this program's own relay asks a simulator in this process, which does what the upstream did. Nothing leaves
/// the machine, and no login is used.
/// </summary>
internal static class ReplayRun
{
    // Recorded waits are played faster by this factor.
    private const int Speed = 20;

    // Time of the quick clock that a busy machine may lose.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    /// <summary>Plays a bundle.</summary>
    /// <exception cref="ReplayException">It cannot be played.</exception>
    public static async Task<ReplayResult> PlayAsync(
        ReplayBundle bundle,
        TimeProvider real,
        CancellationToken cancellationToken
    )
    {
        if (bundle.CutHere)
        {
            throw new ReplayException(
                "The gateway ended this answer by itself, at a stop sequence or at max_tokens. Filler has neither, so this cannot be played."
            );
        }

        if (bundle.Attempts.Count == 0)
        {
            throw new ReplayException("Nothing of this request was sent upstream, so there is nothing to play.");
        }

        var time = new QuickTime(real, Speed);
        var folder = Directory.CreateTempSubdirectory("codex-proxy-replay-");
        try
        {
            await using var simulator = await CodexSimulator.StartAsync(
                new SimulatorOptions { TimeProvider = time, CheckSeals = false },
                cancellationToken
            );
            await simulator.Login.WriteAsync(
                Path.Combine(folder.FullName, "auth.json"),
                cancellationToken: cancellationToken
            );
            using var tap = new ReplayTap(bundle.Attempts);
            await using var services = GatewayHost.BuildServices(
                Settings(folder.FullName, simulator, bundle),
                new GatewaySurroundings { Time = time, Upstream = tap }
            );
            await AddAccountsAsync(services, simulator, bundle, cancellationToken);
            Script(simulator, bundle);
            var played = await RelayAsync(services, bundle, time, cancellationToken);
            return new ReplayResult(
                bundle.Outcome,
                ReplayOutcome.Of(played),
                [.. simulator.Requests.Refused.Select(request => request.Refusal!.ToString())]
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ProxyOptions Settings(string folder, CodexSimulator simulator, ReplayBundle bundle) =>
        new()
        {
            Home = folder,
            ConfigPath = Path.Combine(folder, "config.json"),
            CodexHome = folder,
            Upstream = new UpstreamOptions
            {
                BaseUrl = simulator.BackendUrl,
                AuthIssuer = simulator.Address,
                IdleTimeout = Patience(bundle),
            },
            Accounts = new AccountOptions { Rotation = bundle.Attempts.Any(attempt => attempt.Account > 0) },
        };

    // Silences that ended an attempt need not be as long as they were, only longer than those that did not.
    private static TimeSpan Patience(ReplayBundle bundle)
    {
        var longest = 0;
        foreach (var attempt in bundle.Attempts)
        {
            var last = 0;
            foreach (var e in attempt.Events)
            {
                longest = Math.Max(longest, e.At - last);
                last = e.At;
            }
        }

        return TimeSpan.FromMilliseconds(longest) + Margin;
    }

    private static async Task AddAccountsAsync(
        ServiceProvider services,
        CodexSimulator simulator,
        ReplayBundle bundle,
        CancellationToken cancellationToken
    )
    {
        // A login of the Codex CLI serves alone; as soon as there are accounts of our own, those do.
        var others = Math.Min(bundle.Attempts.Max(attempt => attempt.Account), 8);
        for (var i = 0; others > 0 && i <= others; i++)
        {
            var issued = simulator.Tokens.Issue(simulator.Accounts.Add($"replay{i}@example.invalid"));
            await services
                .GetRequiredService<AccountDirectory>()
                .Store.AddAsync(
                    new SignInTokens(new(issued.IdToken), new(issued.AccessToken), new(issued.RefreshToken)),
                    CredentialStore.File,
                    cancellationToken
                );
        }
    }

    private static void Script(CodexSimulator simulator, ReplayBundle bundle)
    {
        foreach (var attempt in bundle.Attempts.Where(attempt => attempt.Failure?.Kind != ReplayTap.Unreachable))
        {
            simulator.Next(
                (attempt.Failure, attempt.Events.Count) switch
                {
                    ({ Kind: "Silence" }, 0) => Turn.RawSse(ReadOnlyMemory<byte>.Empty).Silence(TimeSpan.FromHours(1)),
                    ({ Kind: "Cut" }, 0) => Turn.ResetConnection(),
                    ({ Kind: "EdgeBlock" }, 0) => Turn.HttpError(FailureSample.Wall),
                    ({ } failure, 0) => Turn.HttpError(FailureSample.For(failure).Reply),
                    _ => new ReplayStream(attempt).ToTurn(),
                }
            );
        }
    }

    private static async Task<RequestRecord> RelayAsync(
        ServiceProvider services,
        ReplayBundle bundle,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var leaves = bundle.Outcome.Ending == nameof(RequestEnding.ClientGone);
        using var gone = new CancellationTokenSource(
            leaves ? bundle.Total + (Margin / 2) : Timeout.InfiniteTimeSpan,
            time
        );
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(gone.Token, cancellationToken);
        var http = new DefaultHttpContext { TraceIdentifier = "replay" };
        using var answer = new TranslatedAnswer<StreamEvent>(
            http,
            MessagesFace.Instance,
            bundle.Request.Context.Stream
        );
        try
        {
            await services
                .GetRequiredService<MessageRelay>()
                .ServeAsync(new RelayedRequest(bundle.Request, time.GetTimestamp()), answer, stop.Token);
        }
        catch (OperationCanceledException) when (leaves && !cancellationToken.IsCancellationRequested)
        {
            // As the client did then.
        }

        return services.GetRequiredService<RequestBook>().Records[0];
    }
}
