using System.Text.Json;
using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>Logins in the key store of the system: the real program and a real key store.</summary>
public sealed class KeyStoreTests
{
    [Fact(
        Skip = KeyStoreSession.MissingReason,
        SkipType = typeof(KeyStoreSession),
        SkipUnless = nameof(KeyStoreSession.ShouldRun),
        Timeout = 120_000
    )]
    public async Task A_login_in_the_key_store_serves_is_renewed_and_leaves_no_token_on_the_disk()
    {
        await using var simulator = await CodexSimulator.StartAsync();
        await using var workspace = new Workspace();
        await using var session = await KeyStoreSession.OpenAsync(workspace);
        var codex = Path.Combine(workspace.Create("codex"), "auth.json");
        await simulator.Login.WriteAsync(codex);
        var variables = Variables(simulator, workspace, session.Address);

        var imported = await OwnProgram.RunAsync(workspace.Folder, variables, "accounts", "import");
        imported.Code.ShouldBe(0, imported.ToString());
        File.Delete(codex);
        var renewed = await OwnProgram.RunAsync(workspace.Folder, variables, "accounts", "refresh");
        renewed.Code.ShouldBe(0, renewed.ToString());
        var status = await OwnProgram.RunAsync(workspace.Folder, variables, "status", "--json");

        status.Code.ShouldBe(0, status.ToString());
        using (var view = JsonDocument.Parse(status.Output))
        {
            view.RootElement.GetProperty("signedIn").GetBoolean().ShouldBeTrue();
        }

        simulator.Tokens.Refreshes.ShouldBe(1);
        // A token of this issuer, and of the real one, begins like this.
        foreach (var file in Directory.EnumerateFiles(variables["CODEX_PROXY_HOME"], "*", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            text.ShouldNotContain("eyJ", Case.Sensitive, file);
            text.ShouldNotContain("refresh_token", Case.Sensitive, file);
        }

        var removed = await OwnProgram.RunAsync(workspace.Folder, variables, "logout");
        removed.Code.ShouldBe(0, removed.ToString());
        (await OwnProgram.RunAsync(workspace.Folder, variables, "status")).Code.ShouldBe(3);
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_a_key_store_the_wish_for_one_is_an_error_and_auto_takes_files()
    {
        await using var simulator = await CodexSimulator.StartAsync();
        await using var workspace = new Workspace();
        await simulator.Login.WriteAsync(Path.Combine(workspace.Create("codex"), "auth.json"));
        var variables = Variables(simulator, workspace, "unix:path=" + Path.Combine(workspace.Temporary, "no-bus"));

        var refused = await OwnProgram.RunAsync(workspace.Folder, variables, "accounts", "import");
        variables["CODEX_PROXY_CREDENTIAL_STORE"] = "auto";
        var filed = await OwnProgram.RunAsync(workspace.Folder, variables, "accounts", "import");

        refused.Code.ShouldBe(1, refused.ToString());
        refused.Errors.ShouldContain("The key store of this system cannot be used.");
        filed.Code.ShouldBe(0, filed.ToString());
        Directory.GetFiles(Path.Combine(variables["CODEX_PROXY_HOME"], "accounts"), "*.json").Length.ShouldBe(1);
    }

    private static Dictionary<string, string> Variables(CodexSimulator simulator, Workspace workspace, string bus) =>
        new()
        {
            ["HOME"] = workspace.Home,
            ["DBUS_SESSION_BUS_ADDRESS"] = bus,
            ["CODEX_HOME"] = workspace.Create("codex"),
            ["CODEX_PROXY_HOME"] = workspace.Create("state"),
            ["CODEX_PROXY_CREDENTIAL_STORE"] = "keyring",
            ["CODEX_PROXY_AUTH_ISSUER"] = simulator.Address.ToString().TrimEnd('/'),
            ["CODEX_BASE_URL"] = simulator.BackendUrl.ToString().TrimEnd('/'),
        };
}
