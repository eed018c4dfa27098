using CodexProxy.Protocol.Models;
using CodexProxy.Telemetry;

namespace CodexProxy.Clients;

/// <summary>
/// The variables that make Claude Code work on this gateway, for its launcher, its settings file and a shell alike. Which
/// ones, and why, is in docs/claude-code.md.
/// </summary>
public sealed record ClientEnvironment
{
    /// <summary>Smallest window that the client's compaction setting accepts, in tokens.</summary>
    private const int SmallestCompactionWindow = 100_000;

    /// <summary>Where the gateway listens, as the client reaches it; without a slash at the end.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The key that the client presents.</summary>
    public required Secret Key { get; init; }

    /// <summary>Window of the models that serve, in tokens: the smallest of those the Claude families are mapped to.</summary>
    public required int ContextWindow { get; init; }

    /// <summary>
    /// Variables that would lead the client elsewhere, or make it ask questions, and must not be set beside ours.
    /// </summary>
    public static IReadOnlyList<string> Rivals { get; } =
    [
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_MODEL",
        "CLAUDE_CODE_USE_BEDROCK",
        "CLAUDE_CODE_USE_VERTEX",
        "CLAUDE_CODE_USE_FOUNDRY",
        "CLAUDE_CODE_USE_GATEWAY",
        "CLAUDE_CODE_OAUTH_TOKEN",
        "ANTHROPIC_UNIX_SOCKET",
    ];

    /// <summary>The variable that holds the key.</summary>
    public const string KeyVariable = "ANTHROPIC_AUTH_TOKEN";

    /// <summary>Name and value of every variable, in a stable order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables()
    {
        var window = ContextWindow.ToString(System.Globalization.CultureInfo.InvariantCulture);
        List<KeyValuePair<string, string>> variables =
        [
            new("ANTHROPIC_BASE_URL", BaseUrl),
            new(KeyVariable, Key.Reveal()),
            // Without it the client's background work runs on the main model.
            new("ANTHROPIC_DEFAULT_HAIKU_MODEL", "claude-haiku-5-5"),
            // Names that the client does not know are taken for windows of a million tokens.
            new("CLAUDE_CODE_MAX_CONTEXT_TOKENS", window),
        ];
        if (ContextWindow >= SmallestCompactionWindow)
        {
            // For names it knows, whose windows it believes to be larger than what serves them here.
            variables.Add(new("CLAUDE_CODE_AUTO_COMPACT_WINDOW", window));
        }

        variables.AddRange([
            // Its safety checks would be asked of a server function that only the vendor has.
            new("CLAUDE_CODE_AUTO_MODE_SERVER", "0"),
            new("CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY", "1"),
            // Titles and the like cost the plan, telemetry goes to others.
            new("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
        ]);
        return variables;
    }

    /// <summary>The window that every Claude family fits in.</summary>
    /// <param name="catalogue">The models.</param>
    /// <param name="rules">What the user set about names.</param>
    public static int WindowOf(ModelCatalogue catalogue, ModelRules rules) =>
        ((ReadOnlySpan<string>)["claude-opus", "claude-sonnet"])
            .ToArray()
            .Select(family => ModelResolver.Resolve(family, catalogue, rules)?.Model.ContextWindow)
            .OfType<int>()
            .DefaultIfEmpty(CodexModel.Unknown("").ContextWindow)
            .Min();
}
