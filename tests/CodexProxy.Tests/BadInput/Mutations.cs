using System.Text;
using System.Text.Json;

namespace CodexProxy.Tests.BadInput;

/// <summary>Takes a good request apart: everything that can be wrong, at every place of it.</summary>
internal static class Mutations
{
    public const string AsNumber = "a number instead";
    public const string AsText = "a text instead";
    public const string AsObject = "an object instead";
    public const string AsArray = "an array instead";
    public const string AsTruth = "true instead";
    public const string Null = "null";
    public const string Missing = "missing";
    public const string Empty = "empty";
    public const string OddNumber = "odd number";
    public const string NotANumber = "bare NaN";
    public const string LongText = "20,000 letters";
    public const string Repeated = "repeated member";
    public const string UnknownWord = "unknown word";
    public const string Deep = "nested 10,000 deep";
    public const string HalfPair = "half of a surrogate pair";
    public const string BrokenUtf8 = "broken UTF-8";
    public const string Control = "control characters";
    public const string UnknownMember = "unknown member";
    public const string ManyElements = "1,000 elements";
    public const string Cut = "cut off";

    private const int Depth = 10_000;

    // Members whose text is one of a few words.
    private static readonly HashSet<string> Words =
    [
        "type",
        "role",
        "mode",
        "detail",
        "effort",
        "summary",
        "speed",
        "display",
        "media_type",
        "syntax",
        "reasoning_effort",
        "verbosity",
        "service_tier",
        "search_context_size",
        "tool_choice",
        "model",
        "phase",
        "truncation",
        "status",
    ];

    private static readonly (string Kind, string Value, JsonTokenType Token)[] Types =
    [
        (AsNumber, "7", JsonTokenType.Number),
        (AsText, "\"text\"", JsonTokenType.String),
        (AsObject, "{\"a\":1}", JsonTokenType.StartObject),
        (AsArray, "[1]", JsonTokenType.StartArray),
        (AsTruth, "true", JsonTokenType.True),
    ];

    /// <summary>All of them.</summary>
    /// <param name="json">A good request.</param>
    /// <param name="path">How the face writes paths.</param>
    public static IEnumerable<BadRequest> Of(string json, Func<JsonPlace, string> path)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        foreach (var place in JsonPlace.Of(json))
        {
            foreach (var (kind, bad) in At(bytes, place))
            {
                yield return new BadRequest(kind, path(place), bad);
            }
        }

        for (var length = 1; length < bytes.Length; length += 7)
        {
            yield return new BadRequest(Cut, "", bytes[..length]);
        }
    }

    private static IEnumerable<(string Kind, byte[] Body)> At(byte[] json, JsonPlace place)
    {
        foreach (var (kind, value, token) in Types)
        {
            if (place.Kind != token && !(IsTruth(place.Kind) && IsTruth(token)))
            {
                yield return (kind, Put(value));
            }
        }

        yield return (Null, Put("null"));
        yield return (Deep, Put(new string('[', Depth) + new string(']', Depth)));
        yield return (NotANumber, Put("NaN"));
        if (place.NameStart >= 0)
        {
            yield return (Missing, Without(json, place));
            var member = json.AsSpan(place.NameStart..place.End);
            yield return (Repeated, [.. json[..place.NameStart], .. member, (byte)',', .. json[place.NameStart..]]);
        }

        switch (place.Kind)
        {
            case JsonTokenType.String:
                yield return (Empty, Put("\"\""));
                yield return (LongText, Put($"\"{new string('a', 20_000)}\""));
                yield return (HalfPair, Put("\"a\\ud83d b\""));
                yield return (BrokenUtf8, [.. json[..(place.Start + 1)], 0xC3, 0x28, .. json[(place.Start + 1)..]]);
                yield return (Control, Put("\"a\\u0000b\\r\\nx-evil: 1\\u001b[2J\""));
                if (Words.Contains(place.Name ?? ""))
                {
                    yield return (UnknownWord, Put("\"no-such-word\""));
                }

                break;
            case JsonTokenType.Number:
                foreach (var number in (string[])["1e999", "-1", "9223372036854775808", "1.5", "-1e400", "\"NaN\""])
                {
                    yield return (OddNumber, Put(number));
                }

                break;
            case JsonTokenType.StartObject:
                yield return (Empty, Put("{}"));
                yield return (
                    UnknownMember,
                    [.. json[..(place.Start + 1)], .. "\"x_not_known\":{\"a\":[1]},"u8, .. json[(place.Start + 1)..]]
                );
                break;
            case JsonTokenType.StartArray:
                yield return (Empty, Put("[]"));
                yield return (ManyElements, Put($"[{string.Join(',', Enumerable.Repeat(First(json, place), 1000))}]"));
                break;
        }

        byte[] Put(string text) => [.. json[..place.Start], .. Encoding.UTF8.GetBytes(text), .. json[place.End..]];
    }

    private static bool IsTruth(JsonTokenType kind) => kind is JsonTokenType.True or JsonTokenType.False;

    private static string First(byte[] json, JsonPlace array)
    {
        using var parsed = JsonDocument.Parse(json.AsMemory(array.Start..array.End));
        return parsed.RootElement.GetArrayLength() > 0 ? parsed.RootElement[0].GetRawText() : "1";
    }

    private static byte[] Without(byte[] json, JsonPlace place)
    {
        var (from, to) = (place.NameStart, place.End);
        while (json[to] is (byte)' ' or (byte)'\n')
        {
            to++;
        }

        if (json[to] == ',')
        {
            to++;
        }
        else
        {
            while (json[from] is not ((byte)',' or (byte)'{'))
            {
                from--;
            }

            from += json[from] == '{' ? 1 : 0;
        }

        return [.. json[..from], .. json[to..]];
    }
}
