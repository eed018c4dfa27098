using System.Text;
using System.Text.Json;

namespace CodexProxy.Tests.BadInput;

/// <summary>A value of a JSON text: where it stands, by name and by byte.</summary>
/// <param name="Steps">Names and indexes that lead to it; none for the whole text.</param>
/// <param name="Kind">Token it begins with.</param>
/// <param name="NameStart">First byte of its name; -1 when it has none.</param>
/// <param name="Start">First byte of the value.</param>
/// <param name="End">Byte after the value.</param>
public sealed record JsonPlace(IReadOnlyList<object> Steps, JsonTokenType Kind, int NameStart, int Start, int End)
{
    /// <summary>Its name in the parent; null for elements of arrays and for the whole.</summary>
    public string? Name => Steps.Count > 0 ? Steps[^1] as string : null;

    /// <summary>Every value of the text, the outer before the inner.</summary>
    public static List<JsonPlace> Of(string json)
    {
        var places = new List<JsonPlace>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        Walk(ref reader, [], -1, places);
        return places;
    }

    /// <summary><c>messages.0.content</c></summary>
    public string Dotted() => string.Join('.', Steps);

    /// <summary><c>messages[0].content</c></summary>
    public string Bracketed()
    {
        var path = new StringBuilder();
        foreach (var step in Steps)
        {
            path.Append(
                step is int index ? $"[{index}]"
                : path.Length == 0 ? step
                : $".{step}"
            );
        }

        return path.ToString();
    }

    private static void Walk(ref Utf8JsonReader reader, object[] steps, int nameStart, List<JsonPlace> places)
    {
        var (kind, start, at) = (reader.TokenType, (int)reader.TokenStartIndex, places.Count);
        places.Add(null!);
        if (kind == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var (name, from) = (reader.GetString()!, (int)reader.TokenStartIndex);
                reader.Read();
                Walk(ref reader, [.. steps, name], from, places);
            }
        }
        else if (kind == JsonTokenType.StartArray)
        {
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                Walk(ref reader, [.. steps, i], -1, places);
            }
        }

        places[at] = new JsonPlace(steps, kind, nameStart, start, (int)reader.BytesConsumed);
    }
}
