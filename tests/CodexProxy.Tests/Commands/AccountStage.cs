using CodexProxy.Simulator;
using CodexProxy.Simulator.Accounts;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Commands;

/// <summary>Commands about accounts, with the simulator as backend and issuer, on one clock that moves only for waits.</summary>
public abstract class AccountStage : IAsyncLifetime
{
    private protected ManualTime Time { get; } = new() { SkipsWaits = true };

    private protected CommandRun Run { get; } = new();

    private protected CodexSimulator Simulator { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Simulator = await CodexSimulator.StartAsync(new SimulatorOptions { TimeProvider = Time });
        Run.Variables["CODEX_BASE_URL"] = Simulator.BackendUrl.AbsoluteUri;
        Run.Variables["CODEX_PROXY_AUTH_ISSUER"] = Simulator.Address.AbsoluteUri;
        Run.Surroundings = Run.Surroundings with { Time = Time };
    }

    public async ValueTask DisposeAsync()
    {
        Run.Dispose();
        await Simulator.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Signs a person in here, as <c>login</c> would.</summary>
    private protected async Task<SimulatedAccount> SignInAsync(string email, string plan = "plus")
    {
        var person =
            email == Simulator.Accounts.Default.Email
                ? Simulator.Accounts.Default
                : Simulator.Accounts.Add(email, plan);
        // A plain login file in the folder is adopted; the clock gives each account its own moment.
        await Simulator.Login.WriteAsync(Run.Folder[$".codex-proxy/accounts/{email}.json"], person);
        await Run.RunAsync("accounts", "list");
        Time.Advance(TimeSpan.FromMinutes(1));
        Run.Clear();
        return person;
    }

    /// <summary>Signs the Codex CLI in.</summary>
    private protected Task SignInCodexAsync() => Simulator.Login.WriteAsync(Run.Folder[".codex/auth.json"]);

    /// <summary>The keys differ by person; in a golden text they are all the same.</summary>
    private protected string OutputWithoutKeys() =>
        System.Text.RegularExpressions.Regex.Replace(Run.Output, "[0-9a-f]{12}", "KEY--KEY--KE");
}
