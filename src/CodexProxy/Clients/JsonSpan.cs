using System.Text.Json;

namespace CodexProxy.Clients;

/// <summary>Where one member stands in a JSON text; all numbers are byte offsets.</summary>
/// <param name="Name">Its name, unescaped.</param>
/// <param name="NameStart">The quote that begins its name.</param>
/// <param name="NameEnd">Behind the quote that ends its name.</param>
/// <param name="ValueStart">First byte of its value.</param>
/// <param name="ValueEnd">Behind its value.</param>
internal readonly record struct MemberSpan(string Name, int NameStart, int NameEnd, int ValueStart, int ValueEnd);

/// <summary>Where one object and its members stand in a JSON text with comments and trailing commas.</summary>
/// <param name="Open">Its opening brace.</param>
/// <param name="Close">Its closing brace.</param>
/// <param name="Members">Its members, in order.</param>
internal sealed record ObjectSpan(int Open, int Close, IReadOnlyList<MemberSpan> Members)
{
    /// <summary>Position of a member in <see cref="Members"/>; negative when there is none.</summary>
    public int IndexOf(string name)
    {
        for (var index = 0; index < Members.Count; index++)
        {
            if (Members[index].Name == name)
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>Reads the object that begins at a place, to its end.</summary>
    /// <param name="text">The whole text, without byte order mark.</param>
    /// <param name="start">Where a value begins; zero for the text itself, which then must hold nothing else.</param>
    /// <param name="what">How to call the object in an error.</param>
    /// <exception cref="JsonTextException">It is no JSON, no object, or has a name twice.</exception>
    public static ObjectSpan Read(ReadOnlySpan<byte> text, int start, string what)
    {
        var reader = new Utf8JsonReader(
            text[start..],
            new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }
        );
        try
        {
            return Read(text, ref reader, start, what);
        }
        catch (JsonException exception)
        {
            var before = PlaceOf(text, start);
            var line = exception.LineNumber ?? 0;
            var column = (exception.BytePositionInLine ?? 0) + (line == 0 ? before.Column - 1 : 0);
            throw new JsonTextException("this is not valid JSON", before.Line + line, column + 1);
        }
    }

    private static ObjectSpan Read(ReadOnlySpan<byte> text, ref Utf8JsonReader reader, int start, string what)
    {
        reader.Read();
        var open = start + (int)reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Refusal(text, open, $"{what} is not a JSON object");
        }

        var members = new List<MemberSpan>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var nameStart = start + (int)reader.TokenStartIndex;
            var nameEnd = nameStart + reader.ValueSpan.Length + 2;
            var name = NameAt(text, ref reader, nameStart);
            if (!names.Add(name))
            {
                throw Refusal(text, nameStart, $"{what} has the member \"{name}\" twice");
            }

            reader.Read();
            var valueStart = start + (int)reader.TokenStartIndex;
            reader.Skip();
            members.Add(new MemberSpan(name, nameStart, nameEnd, valueStart, EndOf(ref reader, start)));
        }

        var close = start + (int)reader.TokenStartIndex;
        // The text itself is read to its end, so that rubbish behind it is found.
        if (start == 0 && reader.Read())
        {
            throw Refusal(text, (int)reader.TokenStartIndex, "this is not valid JSON");
        }

        return new ObjectSpan(open, close, members);
    }

    private static string NameAt(ReadOnlySpan<byte> text, ref Utf8JsonReader reader, int at)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Refusal(text, at, "this name is no text");
        }
    }

    // How far the reader has consumed is no answer: it may already have gone over blanks and comments.
    private static int EndOf(ref Utf8JsonReader reader, int start) =>
        start
        + (int)reader.TokenStartIndex
        + reader.TokenType switch
        {
            JsonTokenType.String => reader.ValueSpan.Length + 2,
            JsonTokenType.EndObject or JsonTokenType.EndArray => 1,
            _ => reader.ValueSpan.Length,
        };

    private static JsonTextException Refusal(ReadOnlySpan<byte> text, int at, string problem)
    {
        var (line, column) = PlaceOf(text, at);
        return new JsonTextException(problem, line, column);
    }

    private static (int Line, int Column) PlaceOf(ReadOnlySpan<byte> text, int at)
    {
        var before = text[..at];
        return (before.Count((byte)'\n') + 1, at - before.LastIndexOf((byte)'\n'));
    }
}
