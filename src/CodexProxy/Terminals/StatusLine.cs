using System.Globalization;
using System.Text;
using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Terminals;

/// <summary>What a status line shows, from two sources: the client's own account of the session, and the gateway's.</summary>
internal sealed record StatusLine
{
    private const string Separator = " · ";

    // What the client leaves free at both sides.
    private const int Margin = 4;

    // Used percentages from which on there is yellow and red.
    private const double Low = 75;
    private const double VeryLow = 90;

    /// <summary>Id of the client's session.</summary>
    public string? SessionId { get; init; }

    /// <summary>Model: the one that served, else the one the client shows.</summary>
    public string? Model { get; init; }

    /// <summary>Effort that was sent.</summary>
    public string? Effort { get; init; }

    /// <summary>Used share of the model's window in percent.</summary>
    public double? ContextPercent { get; init; }

    /// <summary>Used share of the five-hour window in percent, and when it starts anew.</summary>
    public (double Used, DateTimeOffset? Resets)? FiveHours { get; init; }

    /// <summary>Used share of the weekly window in percent, and when it starts anew.</summary>
    public (double Used, DateTimeOffset? Resets)? Week { get; init; }

    /// <summary>Share of the session's input that was read from the prompt cache, in percent.</summary>
    public double? CachePercent { get; init; }

    /// <summary>Whether nothing listens where the client is led to.</summary>
    public bool GatewayIsMissing { get; init; }

    /// <summary>Reads what the client pipes in. Whatever it is, there is a line.</summary>
    public static StatusLine Read(string told)
    {
        using var document = Parse(told);
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } root)
        {
            return new StatusLine();
        }

        var limits = Member(root, "rate_limits");
        return new StatusLine
        {
            SessionId = Text(root, "session_id"),
            Model = Text(Member(root, "model"), "display_name") ?? Text(Member(root, "model"), "id"),
            Effort = Text(Member(root, "effort"), "level") ?? Text(root, "effort"),
            ContextPercent = Number(Member(root, "context_window"), "used_percentage"),
            FiveHours = ClientWindow(Member(limits, "five_hour")),
            Week = ClientWindow(Member(limits, "seven_day")),
        };
    }

    /// <summary>This with what the gateway knows better.</summary>
    public StatusLine With(byte[]? session)
    {
        using var document = session is null ? null : Parse(session);
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } root)
        {
            return this;
        }

        var (window, context) = (Number(root, "contextWindow"), Number(root, "contextTokens"));
        var (input, cached) = (Number(root, "inputTokens"), Number(root, "cachedTokens"));
        return this with
        {
            Model = Text(root, "servedModel") ?? Model,
            Effort = Text(root, "effort") ?? Effort,
            ContextPercent = window > 0 && context > 0 ? context / window * 100 : ContextPercent,
            FiveHours = GatewayWindow(Member(root, "fiveHours")) ?? FiveHours,
            Week = GatewayWindow(Member(root, "week")) ?? Week,
            CachePercent = input > 0 ? cached / input * 100 : null,
        };
    }

    /// <summary>The line; more than one where the screen is too narrow, because the client cuts what is too long.</summary>
    /// <param name="time">Tells today from other days.</param>
    /// <param name="colour">Whether what runs low is coloured.</param>
    /// <param name="columns">Columns of the screen; 0 when not known.</param>
    public string Render(TimeProvider time, bool colour, int columns = 0)
    {
        var room = columns > Margin ? columns - Margin : int.MaxValue;
        var text = new StringBuilder();
        var used = 0;
        foreach (var (part, share) in Parts(time))
        {
            if (used > 0)
            {
                var fits = used + Separator.Length + part.Length <= room;
                text.Append(fits ? Separator : "\n");
                used = fits ? used + Separator.Length : 0;
            }

            text.Append(colour ? Painted(part, share) : part);
            used += part.Length;
        }

        return used == 0 ? "codex-proxy" : text.ToString();
    }

    // Each with the used share that its colour tells of.
    private IEnumerable<(string Text, double Used)> Parts(TimeProvider time)
    {
        if (GatewayIsMissing)
        {
            yield return ($"{ProductInfo.Name} does not run", VeryLow);
        }

        if (Model is not null)
        {
            yield return (Effort is null ? Model : $"{Model} {Effort}", 0);
        }

        if (ContextPercent is { } context)
        {
            yield return ($"context {Percent(context)}", context);
        }

        if (FiveHours is { } hours)
        {
            yield return (Left("5h", hours.Used, hours.Resets, time), hours.Used);
        }

        if (Week is { } week)
        {
            yield return (Left("week", week.Used, week.Resets, time), week.Used);
        }

        if (CachePercent is { } cache)
        {
            yield return ($"cache {Percent(cache)}", 0);
        }
    }

    // The reset is only worth its space when the window runs low, and nothing once it is over.
    private static string Left(string name, double used, DateTimeOffset? resets, TimeProvider time) =>
        $"{name} {Percent(Math.Max(0, 100 - used))} left"
        + (used >= Low && resets is { } at && at > time.GetUtcNow() ? $" until {TimeText.Of(at, time)}" : "");

    private static string Painted(string text, double used) =>
        used >= VeryLow ? $"\e[31m{text}\e[0m"
        : used >= Low ? $"\e[33m{text}\e[0m"
        : text;

    private static string Percent(double value) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Clamp(value, 0, 100):0}%");

    private static (double, DateTimeOffset?)? ClientWindow(JsonElement window) =>
        Number(window, "used_percentage") is { } used ? (used, Time(Number(window, "resets_at"))) : null;

    private static DateTimeOffset? Time(double? seconds) =>
        seconds is > 0 and < 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;

    private static (double, DateTimeOffset?)? GatewayWindow(JsonElement window) =>
        Number(window, "usedPercent") is { } used
            ? (used, Member(window, "resetsAt").TryGetDateTimeOffsetSafely())
            : null;

    private static JsonDocument? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return SoundJson.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonDocument? Parse(string json) => Parse(Encoding.UTF8.GetBytes(json));

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    // It goes to a terminal, which must not be told to do anything.
    private static string? Text(JsonElement element, string name)
    {
        if (Member(element, name) is not { ValueKind: JsonValueKind.String } value)
        {
            return null;
        }

        try
        {
            var text = string.Concat(value.GetString()!.Where(letter => !char.IsControl(letter)));
            return text.Length > 0 ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half a character: JSON, but no text.
            return null;
        }
    }

    private static double? Number(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } value
        && value.TryGetDouble(out var number)
        && double.IsFinite(number)
            ? number
            : null;
}

file static class SafeReading
{
    public static DateTimeOffset? TryGetDateTimeOffsetSafely(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String && element.TryGetDateTimeOffset(out var time) ? time : null;
}
