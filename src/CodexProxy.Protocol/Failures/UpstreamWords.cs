using System.Globalization;
using System.Text.RegularExpressions;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Failures;

/// <summary>What can be read from the upstream's sentences, and what must be taken out of them.</summary>
internal static partial class UpstreamWords
{
    private const int MaxLength = 2000;

    /// <summary>Whether a sentence speaks of the context window.</summary>
    public static bool SpeakOfContext(string message) => Context().IsMatch(message);

    /// <summary>Whether a sentence refuses sealed reasoning.</summary>
    public static bool RefuseReasoning(string message) => EncryptedContent().IsMatch(message);

    /// <summary>Whether a sentence says that the model is not served.</summary>
    public static bool RefuseModel(string message) => NotSupported().IsMatch(message);

    /// <summary>The delay in «try again in 1.5s», «28ms», «35 seconds»; null when there is none.</summary>
    public static TimeSpan? DelayIn(string message)
    {
        var match = TryAgain().Match(message);
        if (!match.Success)
        {
            return null;
        }

        var number = double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return match.Groups[2].Value.ToLowerInvariant() switch
        {
            "ms" or "milliseconds" => TimeSpan.FromMilliseconds(number),
            "m" or "min" or "minute" or "minutes" => TimeSpan.FromMinutes(Math.Min(number, 100_000)),
            _ => TimeSpan.FromSeconds(Math.Min(number, 1_000_000)),
        };
    }

    /// <summary>The sentence without anything that could be a credential, bounded in length.</summary>
    public static string WithoutSecrets(string message)
    {
        // First the secrets: one that is cut in half is no longer known as one.
        var hidden = Uuid().Replace(Token().Replace(UrlQuery().Replace(message, "$1?…"), "***"), "***");
        return Excerpt.Cut(hidden, MaxLength);
    }

    [GeneratedRegex("context window|maximum context|too many tokens", RegexOptions.IgnoreCase)]
    private static partial Regex Context();

    [GeneratedRegex(
        "encrypted content .*could not be (verified|decrypted)",
        RegexOptions.IgnoreCase | RegexOptions.Singleline
    )]
    private static partial Regex EncryptedContent();

    [GeneratedRegex("^The '[^']*' model is not supported|model .* does not exist", RegexOptions.IgnoreCase)]
    private static partial Regex NotSupported();

    [GeneratedRegex(
        @"try again in\s+(\d{1,12}(?:\.\d{1,12})?)\s*(ms|milliseconds|seconds|second|sec|s|minutes|minute|min|m)\b",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex TryAgain();

    [GeneratedRegex(
        @"\b(?:Bearer\s+\S+|eyJ[\w-]{8,}(?:\.[\w-]*){0,2}|(?:rt|sk|sess)[_-][\w-]{12,})",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Token();

    [GeneratedRegex(@"(https?://[^\s?""']+)\?[^\s""']*", RegexOptions.IgnoreCase)]
    private static partial Regex UrlQuery();

    [GeneratedRegex(@"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", RegexOptions.IgnoreCase)]
    private static partial Regex Uuid();
}
