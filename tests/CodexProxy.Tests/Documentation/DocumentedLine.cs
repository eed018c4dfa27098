namespace CodexProxy.Tests.Documentation;

/// <summary>A documented line that is not simply run to an end with exit code 0.</summary>
/// <param name="Page">Where it stands.</param>
/// <param name="Line">The line without its comment.</param>
/// <param name="Reason">Why.</param>
internal sealed record DocumentedLine(string Page, string Line, string Reason)
{
    private const string Builds = "it builds or runs the suites, and this is one of them";
    private const string NoEngine = "it needs an engine of containers; a test holds the files against the program";
    private const string Stays = "it goes on until it is told to end";

    /// <summary>All of them. One that stands in no page fails a test.</summary>
    public static IReadOnlyList<DocumentedLine> All { get; } =
    [
        new("README.md", "./test.sh", Builds),
        new("CONTRIBUTING.md", "dotnet build", Builds),
        new("CONTRIBUTING.md", "dotnet test", Builds),
        new("CONTRIBUTING.md", "./test.sh", Builds),
        new(
            "CONTRIBUTING.md",
            "dotnet run --project tests/CodexProxy.Protocol.Tests -- --filter-class '*ToolNames*'",
            Builds
        ),
        new(
            "CONTRIBUTING.md",
            "dotnet tool restore && dotnet csharpier format .",
            "it would change the sources under the other tests; test.sh checks the layout"
        ),
        new(
            "CONTRIBUTING.md",
            "dotnet run --project bench/CodexProxy.Bench -c Release -- --filter '*' [--write]",
            "it measures for many minutes"
        ),
        new(
            "CONTRIBUTING.md",
            "dotnet run --project bench/CodexProxy.Load -c Release [-- --only burst] [-- --write]",
            "it measures for many minutes"
        ),
        new("docs/claude-code.md", "codex-proxy setup", "nobody can be asked here") { Code = 2 },
        new(
            "docs/dashboard.md",
            "CODEX_PROXY_PICTURES=1 dotnet run --project tests/CodexProxy.Browser -- --filter-class '*PictureTests'",
            Builds
        ),
        new("docs/dashboard.md", "codex-proxy top --follow", Stays) { Until = "gpt-5.5", Meanwhile = "ask" },
        new("docs/install.md", "export CODEX_PROXY_CLIENT_KEYS=a-key-of-your-own", NoEngine),
        new("docs/install.md", "docker compose -f deploy/compose.yaml run --rm codex-proxy login --device", NoEngine),
        new("docs/install.md", "docker compose -f deploy/compose.yaml up -d", NoEngine),
        new("docs/observability.md", "codex-proxy logs -f --level warn", Stays)
        {
            Until = "warn",
            Meanwhile = "ask gpt-5.5 Fail.",
        },
        new("docs/observability.md", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 codex-proxy serve", Stays)
        {
            Before = "codex-proxy stop",
            Until = "address",
        },
        new("docs/upstreams.md", "CODEX_CLAUDE_PROXY_ENABLE_KILO=true codex-proxy serve", Stays)
        {
            Before = "codex-proxy stop",
            Until = "address",
        },
    ];

    /// <summary>The exit code it must end with, where it is another than 0.</summary>
    public int Code { get; init; }

    /// <summary>What must come to the screen; then it is told to end.</summary>
    public string? Until { get; init; }

    /// <summary>What runs again and again until then.</summary>
    public string? Meanwhile { get; init; }

    /// <summary>What runs first, so that it can.</summary>
    public string? Before { get; init; }

    /// <summary>Whether it is run at all.</summary>
    public bool IsRun => Code != 0 || Until is not null;
}
