using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Quota;

/// <summary>Reads quota from the four places the upstream tells it: headers, events, errors and the usage endpoint.</summary>
public static class QuotaReader
{
    private const string PrimaryUsed = "-primary-used-percent";

    /// <summary>Reads the header family of every limit. Null when there is none.</summary>
    /// <param name="headers">Names in any case.</param>
    /// <param name="now">To turn "resets after" into a time.</param>
    public static RateLimitSnapshot? FromHeaders(IEnumerable<KeyValuePair<string, string>> headers, DateTimeOffset now)
    {
        Dictionary<string, string>? found = null;
        foreach (var (name, value) in headers)
        {
            if (name.StartsWith("x-", StringComparison.OrdinalIgnoreCase))
            {
                (found ??= new(StringComparer.OrdinalIgnoreCase)).TryAdd(name, value);
            }
        }

        if (found is null)
        {
            return null;
        }

        var limits = ImmutableDictionary.CreateBuilder<string, MeteredLimit>();
        foreach (var name in found.Keys)
        {
            if (name.EndsWith(PrimaryUsed, StringComparison.OrdinalIgnoreCase))
            {
                var prefix = name[..^PrimaryUsed.Length];
                var id = prefix[2..].ToLowerInvariant().Replace('-', '_');
                var windows = Windows(
                    HeaderWindow(found, prefix + "-primary", now),
                    HeaderWindow(found, prefix + "-secondary", now)
                );
                limits[id] = new MeteredLimit(id, found.GetValueOrDefault(prefix + "-limit-name"), windows);
            }
        }

        var plan = found.GetValueOrDefault("x-codex-plan-type");
        if (limits.Count == 0 && plan is null)
        {
            return null;
        }

        return new RateLimitSnapshot
        {
            Limits = limits.ToImmutable(),
            ActiveLimit =
                found.GetValueOrDefault("x-codex-active-limit")?.Replace('-', '_') ?? RateLimitSnapshot.MainLimit,
            Plan = plan,
            Credits = HeaderCredits(found),
        };
    }

    /// <summary>Reads a <c>codex.rate_limits</c> event. Null when it tells nothing.</summary>
    public static RateLimitSnapshot? FromEvent(JsonElement payload, DateTimeOffset now)
    {
        if (payload.Member("rate_limits") is not { ValueKind: JsonValueKind.Object } limits)
        {
            return null;
        }

        var id = payload.Text("metered_limit_name") ?? payload.Text("limit_name") ?? RateLimitSnapshot.MainLimit;
        var windows = Windows(JsonWindow(limits.Member("primary"), now), JsonWindow(limits.Member("secondary"), now));
        return Snapshot(id, windows, payload);
    }

    /// <summary>Reads the answer of the usage endpoint. Null when it tells no window.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static RateLimitSnapshot? FromUsage(ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        using var document = SoundJson.Parse(body, new JsonDocumentOptions { MaxDepth = Wire.MaxDepth });
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var main = UsageLimit(RateLimitSnapshot.MainLimit, null, root.Member("rate_limit"), now);
        var snapshot = Snapshot(RateLimitSnapshot.MainLimit, main.Windows, root) with
        {
            Limits = ImmutableDictionary<string, MeteredLimit>.Empty.Add(main.Id, main),
            Spend = ReadSpend(root.Member("spend_control"), now),
        };
        if (root.Member("additional_rate_limits") is not { ValueKind: JsonValueKind.Array } additional)
        {
            return snapshot;
        }

        foreach (var limit in additional.EnumerateArray())
        {
            if (limit.Text("metered_feature") is { } id)
            {
                var read = UsageLimit(id, limit.Text("limit_name"), limit.Member("rate_limit"), now);
                snapshot = snapshot with { Limits = snapshot.Limits.SetItem(id, read) };
            }
        }

        return snapshot;
    }

    private static RateLimitSnapshot Snapshot(string id, IReadOnlyList<QuotaWindow> windows, JsonElement root) =>
        new()
        {
            Limits = ImmutableDictionary<string, MeteredLimit>.Empty.Add(id, new MeteredLimit(id, null, windows)),
            ActiveLimit = id,
            Plan = root.Text("plan_type"),
            Credits = root.Member("credits") is { ValueKind: JsonValueKind.Object } credits
                ? new CreditBalance(credits.Flag("has_credits"), credits.Flag("unlimited"), credits.Text("balance"))
                : null,
        };

    private static MeteredLimit UsageLimit(string id, string? name, JsonElement? limit, DateTimeOffset now) =>
        new(
            id,
            name,
            Windows(
                JsonWindow(limit?.Member("primary_window"), now),
                JsonWindow(limit?.Member("secondary_window"), now)
            )
        )
        {
            Allowed = Truth(limit?.Member("allowed")),
            Reached = Truth(limit?.Member("limit_reached")),
        };

    private static bool? Truth(JsonElement? element) =>
        element?.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    private static SpendLimit? ReadSpend(JsonElement? control, DateTimeOffset now)
    {
        if (control is not { ValueKind: JsonValueKind.Object } told)
        {
            return null;
        }

        var own = told.Member("individual_limit");
        var used = own?.Number("used_percent");
        var reached = told.Flag("reached");
        var resets = Window(used, null, own?.Number("reset_at"), own?.Number("reset_after_seconds"), now)?.ResetsAt;
        return reached || used is not null ? new SpendLimit(reached, used, resets) : null;
    }

    private static List<QuotaWindow> Windows(params ReadOnlySpan<QuotaWindow?> windows)
    {
        var known = new List<QuotaWindow>(windows.Length);
        foreach (var window in windows)
        {
            if (window is not null)
            {
                known.Add(window);
            }
        }

        return known;
    }

    private static QuotaWindow? HeaderWindow(Dictionary<string, string> headers, string prefix, DateTimeOffset now) =>
        Window(
            Number(headers, prefix + "-used-percent"),
            Number(headers, prefix + "-window-minutes"),
            Number(headers, prefix + "-reset-at"),
            Number(headers, prefix + "-reset-after-seconds"),
            now
        );

    private static QuotaWindow? JsonWindow(JsonElement? window, DateTimeOffset now) =>
        window is { ValueKind: JsonValueKind.Object } object_
            ? Window(
                object_.Number("used_percent"),
                object_.Number("window_minutes") ?? object_.Number("limit_window_seconds") / 60,
                object_.Number("reset_at"),
                object_.Number("reset_after_seconds"),
                now
            )
            : null;

    // A window counts if anything of it is told; the headers carry empty families for limits a plan does not have.
    private static QuotaWindow? Window(
        double? used,
        double? minutes,
        double? resetAt,
        double? resetAfter,
        DateTimeOffset now
    )
    {
        DateTimeOffset? resets =
            resetAt is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds((long)resetAt)
            : resetAfter is > 0 and < 400 * 86_400 ? now.AddSeconds(resetAfter.Value)
            : null;
        return used is null or 0 && minutes is null or 0 && resets is null
            ? null
            : new QuotaWindow(used ?? 0, minutes is > 0 and < int.MaxValue ? (int)minutes : null, resets);
    }

    private static CreditBalance? HeaderCredits(Dictionary<string, string> headers) =>
        headers.TryGetValue("x-codex-credits-has-credits", out var has)
            ? new CreditBalance(
                IsTrue(has),
                IsTrue(headers.GetValueOrDefault("x-codex-credits-unlimited")),
                headers.GetValueOrDefault("x-codex-credits-balance")
            )
            : null;

    private static bool IsTrue(string? text) =>
        text is "1" || string.Equals(text, "true", StringComparison.OrdinalIgnoreCase);

    private static double? Number(Dictionary<string, string> headers, string name) =>
        headers.TryGetValue(name, out var text)
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && double.IsFinite(value)
            ? value
            : null;
}
