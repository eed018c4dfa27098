using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using CodexProxy.Telemetry;

namespace CodexProxy.Options;

/// <summary>Alternate upstreams: an object of name to what is known of it. Only the file can hold them.</summary>
internal sealed class AlternateKind : SettingKind<IReadOnlyDictionary<string, AlternateUpstream>>
{
    private static readonly SearchValues<char> NameLetters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789_-"
    );

    private static readonly SearchValues<char> HeaderLetters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    );

    // Headers that say what is sent, to whom, and with which key, are the program's own.
    private static readonly string[] OwnHeaders =
    [
        "accept",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "transfer-encoding",
    ];

    private static readonly UrlKind Url = new();
    private static readonly WholeNumberKind Window = new(1_000, 10_000_000);

    public override ValueShape Shape { get; } =
        new(
            "an object of name (lower-case letters, digits, _ and -, not beginning with claude, gpt- or codex-) to an object of baseUrl, keyVariable, key, keyStore, models, default, headers, reasoning (none or content), efforts, contextWindow, images, maxTokens (max_tokens, max_completion_tokens or none) and enabled",
            "object"
        )
        {
            ItemType = "object",
        };

    public override bool TryRead(
        string text,
        [NotNullWhen(true)] out IReadOnlyDictionary<string, AlternateUpstream>? value
    )
    {
        value = null;
        return false;
    }

    public override bool TryRead(
        JsonElement json,
        [NotNullWhen(true)] out IReadOnlyDictionary<string, AlternateUpstream>? value
    )
    {
        var upstreams = new Dictionary<string, AlternateUpstream>();
        value = upstreams;
        if (json.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        foreach (var member in json.EnumerateObject())
        {
            if (!IsName(member.Name) || Read(member.Name, member.Value) is not { } upstream)
            {
                return false;
            }

            upstreams[member.Name] = upstream;
        }

        return true;
    }

    // Names of models that others serve must stay theirs.
    private static bool IsName(string name) =>
        name.Length is > 0 and <= 32
        && !name.AsSpan().ContainsAnyExcept(NameLetters)
        && !Array.Exists(["claude", "gpt-", "codex-"], taken => name.StartsWith(taken, StringComparison.Ordinal));

    private static AlternateUpstream? Read(string name, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var upstream = new AlternateUpstream(name);
        foreach (var member in json.EnumerateObject())
        {
            if (Set(upstream, member.Name, member.Value) is not { } changed)
            {
                return null;
            }

            upstream = changed;
        }

        return upstream.BaseUrl is null && name != AlternateUpstream.Kilo ? null : upstream;
    }

    private static AlternateUpstream? Set(AlternateUpstream upstream, string member, JsonElement value) =>
        member switch
        {
            "baseUrl" when Url.TryRead(value, out var url) => upstream with { BaseUrl = url },
            "keyVariable" when Text(value) is { } variable => upstream with { KeyVariable = variable },
            "key" when Text(value) is { } key && KeyListKind.IsKey(key) => upstream with { Key = new Secret(key) },
            "keyStore" when IsSwitch(value) => upstream with { KeyIsStored = value.GetBoolean() },
            "models" when value.ValueKind == JsonValueKind.String && value.GetString() == "*" => upstream with
            {
                Models = null,
            },
            "models" when Texts(value, ModelNameKind.IsModelName) is { } models => upstream with { Models = models },
            "default" when Text(value) is { } model && ModelNameKind.IsModelName(model) => upstream with
            {
                Default = model,
            },
            "headers" when Headers(value) is { } headers => upstream with { Headers = headers },
            "reasoning" when Text(value) is "none" or "content" => upstream with
            {
                ReturnsReasoning = Text(value) == "content",
            },
            "efforts" when Texts(value, ModelSettings.Effort.Shape.Choices.Contains) is { } efforts => upstream with
            {
                Efforts = efforts,
            },
            "contextWindow" when Window.TryRead(value, out var window) => upstream with { ContextWindow = window },
            "images" when IsSwitch(value) => upstream with { Images = value.GetBoolean() },
            "maxTokens" when Text(value) is "max_tokens" or "max_completion_tokens" or "none" => upstream with
            {
                MaxTokensMember = Text(value) is "none" ? null : Text(value),
            },
            "enabled" when IsSwitch(value) => upstream with { Enabled = value.GetBoolean() },
            _ => null,
        };

    private static bool IsSwitch(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False;

    private static string? Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is { Length: > 0 } text ? text : null;

    private static List<string>? Texts(JsonElement value, Predicate<string> isGood)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var texts = value.EnumerateArray().Select(Text).OfType<string>().Where(text => isGood(text)).ToList();
        return texts.Count == value.GetArrayLength() ? texts : null;
    }

    private static Dictionary<string, Secret>? Headers(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var headers = new Dictionary<string, Secret>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in value.EnumerateObject())
        {
            if (
                Text(header.Value) is not { } text
                || text.AsSpan().ContainsAnyExceptInRange(' ', '~')
                || header.Name.Length == 0
                || header.Name.AsSpan().ContainsAnyExcept(HeaderLetters)
                || OwnHeaders.Contains(header.Name, StringComparer.OrdinalIgnoreCase)
            )
            {
                return null;
            }

            headers[header.Name] = new Secret(text);
        }

        return headers;
    }
}
