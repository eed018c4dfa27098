using System.Text.RegularExpressions;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>The client's screen in its parts, each without what differs from run to run.</summary>
public sealed partial class ClientScreen
{
    private const string Ruler = "────────";

    private ClientScreen(string[] above, string[] below) => (Above, Below) = (above, below);

    private string[] Above { get; }

    private string[] Below { get; }

    /// <summary>What was said, from the first prompt on, without blank lines.</summary>
    public string Conversation =>
        Text(Above.SkipWhile(line => !line.StartsWith("❯ ", StringComparison.Ordinal)).Where(line => !IsPassing(line)));

    /// <summary>The line at the right, above the prompt, where notices come and go.</summary>
    public string Notice => Text(Above.TakeLast(1)).Trim();

    /// <summary>What stands below the prompt but the client's own mode line.</summary>
    public string Foot => Text(Below.Where(line => !line.Contains("(shift+tab to cycle)", StringComparison.Ordinal)));

    /// <summary>Cuts a screen into its parts; null when there is no prompt on it.</summary>
    public static ClientScreen? Read(string screen)
    {
        var lines = screen.Split('\n').Where(line => line.Length > 0).ToArray();
        var end = Array.FindLastIndex(lines, line => line.StartsWith(Ruler, StringComparison.Ordinal));
        var begin =
            end < 1
                ? -1
                : Array.FindLastIndex(lines, end - 1, line => line.StartsWith(Ruler, StringComparison.Ordinal));
        return begin < 0 ? null : new ClientScreen(lines[..begin], lines[(end + 1)..]);
    }

    // Hints at the right, and how long the turn took with a verb that is another each time.
    private static bool IsPassing(string line) =>
        line.StartsWith("          ", StringComparison.Ordinal)
        || line.StartsWith('✻')
        || line.StartsWith("  Thought", StringComparison.Ordinal);

    private static string Text(IEnumerable<string> lines) =>
        Reset().Replace(string.Join('\n', lines), "resets TIME (UTC)");

    [GeneratedRegex(@"resets [^\n]*\d[ap]m \(UTC\)")]
    private static partial Regex Reset();
}
