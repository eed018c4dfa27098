using System.Globalization;
using System.Text;
using System.Text.Json;

namespace CodexProxy.Protocol.Json;

/// <summary>A place in a JSON text that need not be valid, as clients write paths.</summary>
/// <param name="Path">Names and indexes that lead to it, the first eight; ends before a name that is no plain word.</param>
/// <param name="Depth">Objects and arrays around it.</param>
internal readonly record struct JsonPlace(string Path, int Depth)
{
    private const int MostSteps = 8;
    private const int LongestName = 40;

    /// <summary>Finds the value that a byte belongs to, or the one where the text stops being JSON.</summary>
    /// <param name="json">The text.</param>
    /// <param name="offset">The byte.</param>
    /// <param name="brackets">Whether indexes are written as <c>[2]</c> and not as <c>.2</c>.</param>
    public static JsonPlace Find(ReadOnlySpan<byte> json, long offset, bool brackets)
    {
        var around = new List<Container>();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Wire.MaxDepth });
        try
        {
            while (reader.Read() && !Reached(ref reader, offset))
            {
                Follow(ref reader, around);
            }
        }
        catch (JsonException)
        {
            // Here it is.
        }

        return new JsonPlace(Write(around, brackets), around.Count);
    }

    private static bool Reached(ref Utf8JsonReader reader, long offset) =>
        reader.BytesConsumed > offset && reader.TokenType != JsonTokenType.PropertyName;

    private static void Follow(ref Utf8JsonReader reader, List<Container> around)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                around.Add(new Container(reader.TokenType == JsonTokenType.StartArray, 0, null));
                return;
            case JsonTokenType.PropertyName:
                around[^1] = around[^1] with { Name = Encoding.UTF8.GetString(reader.ValueSpan) };
                return;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                around.RemoveAt(around.Count - 1);
                break;
        }

        if (around.Count > 0)
        {
            around[^1] = around[^1] with { Index = around[^1].Index + 1, Name = null };
        }
    }

    private static string Write(List<Container> around, bool brackets)
    {
        var path = new StringBuilder();
        foreach (var container in around.Take(MostSteps))
        {
            if (!container.IsArray && !IsWord(container.Name))
            {
                break;
            }

            var step = container.IsArray ? container.Index.ToString(CultureInfo.InvariantCulture) : container.Name;
            path.Append(
                brackets && container.IsArray ? $"[{step}]"
                : path.Length == 0 ? step
                : $".{step}"
            );
        }

        return path.ToString();
    }

    private static bool IsWord(string? name) =>
        name is { Length: > 0 and <= LongestName } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <param name="IsArray">Whether it is an array.</param>
    /// <param name="Index">Values before the present one.</param>
    /// <param name="Name">Name of the present value.</param>
    private readonly record struct Container(bool IsArray, int Index, string? Name);
}
