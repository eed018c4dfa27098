using System.Buffers;
using System.Text.RegularExpressions;

namespace CodexProxy.Telemetry;

/// <summary>
/// The last line of defence: blanks out what looks like a token, a key or an address, and the values it was told of. What is
/// logged is safe by construction; this is for the day that somebody errs. Safe for any number of threads.
/// </summary>
internal sealed partial class Redactor
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Mark = "***";

    // Logins of a lifetime; the oldest are forgotten first.
    private const int MaxKnown = 1024;

    // Shorter ones would blank out words.
    private const int Shortest = 8;

    // Nothing of the pattern can match a text without one of these.
    private static readonly SearchValues<string> Hints = SearchValues.Create(
        ["bearer", "basic", "eyJ", "sk-", "rt_", "@", "%40", "code=", "state=", "key=", "token="],
        StringComparison.OrdinalIgnoreCase
    );

    private readonly Lock _gate = new();
    private volatile Known? _known;

    /// <summary>Tells of a value that must never be shown.</summary>
    /// <param name="value">Shorter than 8 letters it is passed over, as is null.</param>
    public void Learn(string? value)
    {
        if (value is not { Length: >= Shortest } || _known?.Has(value) == true)
        {
            return;
        }

        lock (_gate)
        {
            string[] values = [.. _known?.Values ?? [], value];
            _known = new Known(values.Length > MaxKnown ? values[1..] : values);
        }
    }

    /// <summary>The text without secrets; the same object when there were none.</summary>
    public string Clean(string text)
    {
        if (_known is { } known && known.IsIn(text))
        {
            foreach (var value in known.LongestFirst)
            {
                text = text.Replace(value, Mark, StringComparison.OrdinalIgnoreCase);
            }
        }

        return text.AsSpan().ContainsAny(Hints) ? Pattern().Replace(text, Mark) : text;
    }

    // In this order: what follows Bearer or Basic; JSON web tokens; keys; refresh tokens; codes in an address; e-mail.
    [GeneratedRegex(
        """
            (?<=\b(?:bearer|basic)\s{1,3})[A-Za-z0-9._~+/=\-]{8,}
            |\beyJ[A-Za-z0-9_\-]{6,}(?:\.[A-Za-z0-9_\-]*){1,4}
            |\bsk-[A-Za-z0-9_\-]{8,}
            |\brt_[A-Za-z0-9_.\-]{8,}
            |(?<=[?&](?:code|state|key|token|access_token|refresh_token|id_token)=)[^\s&"'#]+
            |[\w.+\-]{1,64}(?:@|%40)[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8}
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant
    )]
    private static partial Regex Pattern();

    /// <summary>The values at one moment. Immutable.</summary>
    private sealed class Known(string[] values)
    {
        private readonly SearchValues<string> _search = SearchValues.Create(values, StringComparison.OrdinalIgnoreCase);
        private readonly HashSet<string> _all = [.. values];

        public string[] Values => values;

        // A value may be part of another.
        public string[] LongestFirst { get; } = [.. values.OrderByDescending(value => value.Length)];

        public bool Has(string value) => _all.Contains(value);

        public bool IsIn(string text) => text.AsSpan().ContainsAny(_search);
    }
}
