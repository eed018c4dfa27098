using System.Text.Json;

namespace CodexProxy.Protocol.OpenAI;

/// <summary>
/// Forgiving steps over a <see cref="Utf8JsonReader"/>: a value of an unexpected kind reads as absent, because one odd
/// member must not cost the whole event.
/// </summary>
internal static class JsonReading
{
    /// <summary>Moves to the value of the next member; false at the end of the object.</summary>
    internal static bool NextMember(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Enters an object value; any other value is skipped.</summary>
    internal static bool EntersObject(ref Utf8JsonReader reader)
    {
        reader.Read();
        return EntersHere(ref reader, JsonTokenType.StartObject);
    }

    /// <summary>Enters an array value; any other value is skipped.</summary>
    internal static bool EntersArray(ref Utf8JsonReader reader)
    {
        reader.Read();
        return EntersHere(ref reader, JsonTokenType.StartArray);
    }

    /// <summary>Moves to the next element that is an object, skipping others; false at the end of the array.</summary>
    internal static bool NextObject(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (EntersHere(ref reader, JsonTokenType.StartObject))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Skips the value of the current member.</summary>
    internal static void SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <summary>Reads a string value; null for any other kind.</summary>
    internal static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }

    /// <summary>Reads a number, clamped to what an <see cref="int"/> holds; null for any other kind.</summary>
    internal static int? Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.Number)
        {
            reader.Skip();
            return null;
        }

        return reader.TryGetInt64(out var exact) ? (int)Math.Clamp(exact, int.MinValue, int.MaxValue)
            : reader.TryGetDouble(out var rounded) ? (int)Math.Clamp(rounded, int.MinValue, int.MaxValue)
            : null;
    }

    /// <summary>Reads a boolean; null for any other kind.</summary>
    internal static bool? Truth(ref Utf8JsonReader reader)
    {
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            default:
                reader.Skip();
                return null;
        }
    }

    private static bool EntersHere(ref Utf8JsonReader reader, JsonTokenType opening)
    {
        if (reader.TokenType == opening)
        {
            return true;
        }

        reader.Skip();
        return false;
    }
}
