using System.CommandLine;
using System.Globalization;
using CodexProxy.Keys;
using CodexProxy.Options;

namespace CodexProxy.Commands;

/// <summary>What a new key opens, as flags of <c>keys add</c>.</summary>
internal static class KeyTerms
{
    private static readonly Option<string?> Models = new("--models")
    {
        Description = "Models it may ask for, comma-separated: requested names or upstream names (all)",
        HelpName = "a,b",
    };

    private static readonly Option<long?> RequestsPerMinute = Limit("--requests-per-minute", "Requests in a minute");
    private static readonly Option<long?> RequestsPerDay = Limit("--requests-per-day", "Requests in 24 hours");
    private static readonly Option<long?> TokensPerMinute = Limit("--tokens-per-minute", "Tokens in a minute");
    private static readonly Option<long?> TokensPerDay = Limit("--tokens-per-day", "Tokens in 24 hours");

    private static readonly Option<string?> Expires = new("--expires")
    {
        Description = "Days until it ends, such as 90d, or the last day it is good, such as 2027-01-31 (never)",
        HelpName = "90d|DATE",
    };

    /// <summary>Adds the flags.</summary>
    public static void AddTo(Command add, TimeProvider time)
    {
        foreach (
            var option in (Option[])[Models, RequestsPerMinute, RequestsPerDay, TokensPerMinute, TokensPerDay, Expires]
        )
        {
            add.Options.Add(option);
        }

        add.Validators.Add(result =>
        {
            if (result.GetValue(Models) is { } models && !ModelsIn(models).All(ModelNameKind.IsModelName))
            {
                result.AddError("--models takes model names, separated by commas.");
            }

            if (result.GetValue(Expires) is { } expires && EndOf(expires, time) is null)
            {
                result.AddError("--expires takes a number of days such as 90d, or a date to come such as 2027-01-31.");
            }
        });
    }

    /// <summary>The terms of this call, without name, digest and time.</summary>
    public static NamedKey Read(ParseResult parsed, TimeProvider time) =>
        new("", "", default)
        {
            Models = parsed.GetValue(Models) is { } models ? ModelsIn(models) : [],
            ExpiresAt = parsed.GetValue(Expires) is { } expires ? EndOf(expires, time) : null,
            Limits = new KeyLimits(
                parsed.GetValue(RequestsPerMinute),
                parsed.GetValue(RequestsPerDay),
                parsed.GetValue(TokensPerMinute),
                parsed.GetValue(TokensPerDay)
            ),
        };

    private static Option<long?> Limit(string name, string what)
    {
        var option = new Option<long?>(name) { Description = $"{what} (no limit)", HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(long.TryParse(token.Value, out var number) && number > 0))
            {
                result.AddError($"{name} takes a whole number above 0.");
            }
        });
        return option;
    }

    private static string[] ModelsIn(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            is { Length: > 0 } models
            ? models
            : [""];

    private static DateTimeOffset? EndOf(string text, TimeProvider time)
    {
        if (text is [.. var digits, 'd'] && int.TryParse(digits, NumberStyles.None, null, out var days))
        {
            return days is > 0 and <= 36500 ? time.GetUtcNow().AddDays(days) : null;
        }

        if (
            !DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        )
        {
            return null;
        }

        var end = date.AddDays(1);
        var expires = new DateTimeOffset(end, time.LocalTimeZone.GetUtcOffset(end)).ToUniversalTime();
        return expires > time.GetUtcNow() ? expires : null;
    }
}
