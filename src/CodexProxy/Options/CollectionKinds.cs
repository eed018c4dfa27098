using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using CodexProxy.Telemetry;

namespace CodexProxy.Options;

/// <summary>Several texts: a JSON array, or a comma-separated list in the environment.</summary>
internal abstract class ListKind<T> : SettingKind<IReadOnlyList<T>>
{
    public override bool TryRead(string text, [NotNullWhen(true)] out IReadOnlyList<T>? value) =>
        TryReadAll(text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), out value);

    public override bool TryRead(JsonElement json, [NotNullWhen(true)] out IReadOnlyList<T>? value)
    {
        value = null;
        if (json.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        var texts = new List<string>(json.GetArrayLength());
        foreach (var element in json.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String)
            {
                return false;
            }

            texts.Add(element.GetString()!.Trim());
        }

        return TryReadAll(texts, out value);
    }

    protected abstract bool TryReadOne(string text, [NotNullWhen(true)] out T? value);

    private bool TryReadAll(IReadOnlyList<string> texts, [NotNullWhen(true)] out IReadOnlyList<T>? value)
    {
        var list = new List<T>(texts.Count);
        foreach (var text in texts)
        {
            if (!TryReadOne(text, out var one))
            {
                value = null;
                return false;
            }

            list.Add(one);
        }

        value = list;
        return true;
    }
}

/// <summary>Keys that clients present.</summary>
internal sealed class KeyListKind : ListKind<Secret>
{
    public override ValueShape Shape { get; } = new("a list of keys of printable ASCII without blanks", "array");

    protected override bool TryReadOne(string text, [NotNullWhen(true)] out Secret? value)
    {
        value = IsKey(text) ? new Secret(text) : null;
        return value is not null;
    }

    public static bool IsKey(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}

/// <summary>Names of hosts, each with or without a port.</summary>
internal sealed class HostNameListKind : ListKind<string>
{
    public override ValueShape Shape { get; } = new("a list of host names, each with or without :port", "array");

    protected override bool TryReadOne(string text, [NotNullWhen(true)] out string? value)
    {
        value = text.ToLowerInvariant();
        return Uri.TryCreate($"http://{value}/", UriKind.Absolute, out var uri)
            && uri.UserInfo.Length == 0
            && (uri.Authority == value || $"{uri.Host}:{uri.Port}" == value);
    }
}

/// <summary>Origins of web pages. Neither <c>*</c> nor <c>null</c> is one.</summary>
internal sealed class OriginListKind : ListKind<string>
{
    public override ValueShape Shape { get; } = new("a list of origins such as https://app.example:8443", "array");

    protected override bool TryReadOne(string text, [NotNullWhen(true)] out string? value)
    {
        value = text.ToLowerInvariant();
        return Uri.TryCreate(value, UriKind.Absolute, out var uri)
            && uri.Host.Length > 0
            && !uri.IsFile
            && uri.UserInfo.Length == 0
            && value == $"{uri.Scheme}://{uri.Authority}";
    }
}

/// <summary>Requested model → upstream model: a JSON object, or <c>name=model</c> pairs in the environment.</summary>
internal sealed class AliasKind : SettingKind<IReadOnlyDictionary<string, string>>
{
    public override ValueShape Shape { get; } = new("an object of requested name to upstream model name", "object");

    public override bool TryRead(string text, [NotNullWhen(true)] out IReadOnlyDictionary<string, string>? value)
    {
        var aliases = new Dictionary<string, string>();
        value = aliases;
        foreach (var pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var sides = pair.Split('=', 2, StringSplitOptions.TrimEntries);
            if (sides.Length != 2 || sides[0].Length == 0 || !ModelNameKind.IsModelName(sides[1]))
            {
                return false;
            }

            aliases[sides[0]] = sides[1];
        }

        return true;
    }

    public override bool TryRead(JsonElement json, [NotNullWhen(true)] out IReadOnlyDictionary<string, string>? value)
    {
        var aliases = new Dictionary<string, string>();
        value = aliases;
        if (json.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        foreach (var member in json.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String || !ModelNameKind.IsModelName(member.Value.GetString()!))
            {
                return false;
            }

            aliases[member.Name] = member.Value.GetString()!;
        }

        return true;
    }
}
