namespace CodexProxy.EndToEnd.Harness;

/// <summary>One start of the client in print mode.</summary>
/// <param name="Prompt">What the person types.</param>
public sealed record ClientCall(string Prompt)
{
    /// <summary>A key that says nothing about itself.</summary>
    public const string PlainKey = "local-test-key";

    /// <summary>
    /// A key of the form that makes the client read quota headers: a token whose audience is <c>claude-gateway</c>.
    /// </summary>
    public const string GatewayKey = "eyJhbGciOiJub25lIn0.eyJhdWQiOiJjbGF1ZGUtZ2F0ZXdheSIsInN1YiI6ImxvY2FsIn0.bG9jYWw";

    /// <summary>The credential sent to the gateway.</summary>
    public string Key { get; init; } = PlainKey;

    /// <summary>Whether nothing in the environment leads the client, so that only its settings do.</summary>
    public bool GoesByItsSettings { get; init; }

    /// <summary>Whether the latest conversation of the folder goes on.</summary>
    public bool Continues { get; init; }

    /// <summary>Null lets every tool run unasked.</summary>
    public string? PermissionMode { get; init; }

    /// <summary>More command-line arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>More environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How long the client may take before it is ended.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(90);
}
