using CodexProxy.Clients;
using CodexProxy.Credentials;
using CodexProxy.Keys;
using CodexProxy.Launcher;
using CodexProxy.Options;
using CodexProxy.Telemetry;

namespace CodexProxy.Diagnosis;

/// <summary>Claude Code itself, and where it is led.</summary>
internal static class ClaudeChecks
{
    /// <summary>The newest version that this program was tested with.</summary>
    public const string NewestTested = "2.1.329";

    private const string BaseUrl = "ANTHROPIC_BASE_URL";

    // With these the client still comes here, but not as it should.
    private static readonly string[] Bearable = ["ANTHROPIC_API_KEY", "ANTHROPIC_MODEL"];

    // What the client tells a status line, in short.
    private const string SampleSession =
        """{"session_id":"doctor","cwd":"/","model":{"id":"claude-opus","display_name":"Opus"},"version":"2.1.329"}""";

    /// <summary>Whether the client is installed, and which version.</summary>
    public static async Task<Finding> ProgramAsync(Surveyed surveyed, CancellationToken cancellationToken)
    {
        if (FindClient(surveyed.Inputs) is not { } path)
        {
            return Finding.Warning(
                "Claude Code was not found on PATH.",
                "Install it with `npm install -g @anthropic-ai/claude-code`, or put it on PATH."
            );
        }

        var end = await surveyed.Run(path, ["--version"], "", cancellationToken);
        var word = end?.Output.Split(' ', '\n', '-')[0].Trim() ?? "";
        if (end is not { ExitCode: 0 } || !Version.TryParse(word, out var version))
        {
            return Finding.Problem(
                $"{surveyed.Inputs.Shown(path)} does not tell its version.",
                "Try `claude --version`, and install it anew if that fails."
            );
        }

        return version > Version.Parse(NewestTested)
            ? Finding.Warning(
                $"Claude Code {version} is newer than {NewestTested}, the newest one tested.",
                "If something behaves oddly, look for a newer codex-proxy."
            )
            : Finding.Ok($"Claude Code {version}.");
    }

    /// <summary>Whether the client's settings files can be loaded.</summary>
    public static Finding Files(ClaudeWorld world) =>
        world.Trouble
        ?? Finding.Ok(
            world.Files.Count == 0 ? "There is no settings file." : $"{string.Join(", ", world.Files)} can be loaded."
        );

    /// <summary>Whether the client comes here as things stand.</summary>
    public static bool IsLedHere(Surveyed surveyed, ClaudeWorld world) =>
        world.Effective(BaseUrl) is { } address && IsHere(surveyed, address);

    /// <summary>Whether the client is led here.</summary>
    public static Finding Gateway(Surveyed surveyed, ClaudeWorld world)
    {
        var address = world.Effective(BaseUrl);
        if (address is null)
        {
            return Finding.Warning(
                "Nothing leads Claude Code to this gateway.",
                $"Run `{ProductInfo.Name} setup` to set it up for good."
            );
        }

        return IsHere(surveyed, address)
            ? Finding.Ok($"{world.SourceOf(BaseUrl)} leads to {surveyed.BaseUrl}.")
            : Finding.Problem(
                $"{world.SourceOf(BaseUrl)} leads Claude Code elsewhere than to {surveyed.BaseUrl}.",
                $"Run `{ProductInfo.Name} setup`, or take {BaseUrl} out there."
            );
    }

    /// <summary>Whether the client presents a key that fits.</summary>
    public static Finding Key(Surveyed surveyed, ClaudeWorld world)
    {
        if (!IsLedHere(surveyed, world))
        {
            return Finding.Ok("Not asked for, as long as nothing leads here.");
        }

        var cure = $"Run `{ProductInfo.Name} setup`, which writes it.";
        if (world.Effective(ClientEnvironment.KeyVariable) is not { Length: > 0 } key)
        {
            return Finding.Problem("Claude Code has no key for this gateway and would ask to log in.", cure);
        }

        var presented = new Secret(key);
        if (LocalKeyIs(surveyed.Options.Home, presented))
        {
            return Finding.Ok("The key is this installation's.");
        }

        var source = world.SourceOf(ClientEnvironment.KeyVariable);
        return surveyed.Options.Server.AuthWith(File.Exists(surveyed.Options.KeysPath)) == ClientAuth.Any
                ? Finding.Warning(
                    $"The key in {source} is not this installation's. It is accepted, but plan limits are not shown.",
                    cure
                )
            : surveyed.Options.Server.ClientKeys.Contains(presented) ? Finding.Ok("The key is one of clientKeys.")
            : IsNamedKey(surveyed, presented) ? Finding.Ok("The key is one of `codex-proxy keys list`.")
            : surveyed.Options.Server.ClientAuth == ClientAuth.AnthropicFormat && KeyText.IsAnthropic(key)
                ? Finding.Ok("The key has the form that clientAuth asks for.")
            : Finding.Problem($"The gateway refuses the key in {source}.", cure);
    }

    /// <summary>Whether variables lead the client elsewhere.</summary>
    public static Finding Rivals(ClaudeWorld world)
    {
        var found = ClientEnvironment.Rivals.Where(name => world.Effective(name) is { Length: > 0 }).ToList();
        if (found.Count == 0)
        {
            return Finding.Ok("No variable leads Claude Code elsewhere.");
        }

        var words = string.Join(", ", found.Select(name => $"{name} ({world.SourceOf(name)})"));
        var cure = found.Exists(name => world.FileOf(name) is not null)
            ? $"Run `{ProductInfo.Name} setup`, and `unset {string.Join(' ', found)}` in the shell."
            : $"Run `unset {string.Join(' ', found)}`, and take it out of the shell's start file.";
        return found.TrueForAll(Bearable.Contains)
            ? Finding.Warning($"Claude Code goes by these variables as well: {words}.", cure)
            : Finding.Problem($"These variables lead Claude Code elsewhere: {words}.", cure);
    }

    /// <summary>Whether the shell says otherwise than the settings.</summary>
    public static Finding Shell(Surveyed surveyed, ClaudeWorld world)
    {
        var environment = new ClientEnvironment
        {
            BaseUrl = surveyed.BaseUrl,
            Key = new Secret("unused"),
            ContextWindow = 200_000,
        };
        var different = environment
            .Variables()
            .Select(variable => variable.Key)
            .Where(name => world.Shell(name) is { } shell && world.Setting(name) is { } setting && shell != setting)
            .ToList();
        return different.Count == 0
            ? Finding.Ok("The shell says nothing else than the settings.")
            : Finding.Warning(
                $"The shell sets {string.Join(", ", different)} otherwise than the settings. Claude Code goes by its settings, other programs do not.",
                $"Run `unset {string.Join(' ', different)}`."
            );
    }

    /// <summary>Whether the status line of ours prints something.</summary>
    public static async Task<Finding> StatusLineAsync(
        Surveyed surveyed,
        ClaudeWorld world,
        CancellationToken cancellationToken
    )
    {
        if (world.StatusCommand is not { } command)
        {
            return Finding.Ok("No status line is set.");
        }

        if (!ClaudeSetup.IsOurs(command))
        {
            return Finding.Ok("The status line is another program's.");
        }

        var (shell, option) = OperatingSystem.IsWindows() ? ("cmd.exe", "/c") : ("/bin/sh", "-c");
        var end = await surveyed.Run(shell, [option, command], SampleSession, cancellationToken);
        return end is { ExitCode: 0 } && end.Output.Trim().Length > 0
            ? Finding.Ok("The status line works.")
            : Finding.Warning(
                $"The status line's command `{command}` does not work here.",
                $"Run `{ProductInfo.Name} setup`, which names this program anew."
            );
    }

    // The installers' own folders are not on PATH in every shell.
    private static string? FindClient(OptionInputs inputs) =>
        new ClientProgram(inputs.Environment, inputs.UserFolder).Find()
        ?? ((string[])[".local/bin/claude", ".claude/local/claude"])
            .Select(path => Path.Combine(inputs.UserFolder, path))
            .FirstOrDefault(File.Exists);

    // Looking must not make a key.
    private static bool LocalKeyIs(string home, Secret key) =>
        File.Exists(Path.Combine(home, "signing.key")) && LocalKey.OfInstallation(home).Equals(key);

    private static bool IsNamedKey(Surveyed surveyed, Secret key)
    {
        try
        {
            var now = surveyed.Time.GetUtcNow();
            return new KeyStore(surveyed.Options.KeysPath, surveyed.Time)
                .Read()
                .Any(known => known.Digest == KeyText.DigestOf(key) && !known.HasExpired(now));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or KeyException)
        {
            return false;
        }
    }

    private static bool IsHere(Surveyed surveyed, string address)
    {
        var own = new Uri(surveyed.BaseUrl);
        return Uri.TryCreate(address, UriKind.Absolute, out var url)
            && url.Scheme == own.Scheme
            && url.Port == own.Port
            && (url.Host == own.Host || (url.IsLoopback && own.IsLoopback))
            && url.AbsolutePath.TrimEnd('/') is "" or "/anthropic";
    }
}
