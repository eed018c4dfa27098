using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace CodexProxy.Protocol.Json;

/// <summary>Parses the body of a request, the same for every client's protocol.</summary>
internal static class RequestJson
{
    /// <summary>Parses a body. Halves of surrogate pairs in it are mended.</summary>
    /// <param name="utf8">The bytes; they must stay as they are until the document is disposed.</param>
    /// <param name="brackets">Whether the client's protocol writes indexes as <c>[2]</c> and not as <c>.2</c>.</param>
    /// <exception cref="BrokenJsonException">It is no JSON; says where.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, bool brackets)
    {
        if (utf8.IsEmpty)
        {
            throw new BrokenJsonException("is empty", "");
        }

        if (!Utf8.IsValid(utf8.Span))
        {
            var at = FirstInvalid(utf8.Span);
            throw new BrokenJsonException(
                $"is not valid UTF-8: byte {at + 1}",
                JsonPlace.Find(utf8.Span, at, brackets).Path
            );
        }

        try
        {
            return JsonDocument.Parse(
                LoneSurrogates.Replace(utf8),
                new JsonDocumentOptions { MaxDepth = Wire.MaxDepth }
            );
        }
        catch (JsonException exception)
        {
            var place = JsonPlace.Find(utf8.Span, long.MaxValue, brackets);
            throw new BrokenJsonException(
                place.Depth >= Wire.MaxDepth
                    ? $"is nested deeper than {Wire.MaxDepth} levels"
                    : $"is not valid JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}",
                place.Path
            );
        }
    }

    private static int FirstInvalid(ReadOnlySpan<byte> utf8)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(utf8[at..], out _, out var length) == OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}

/// <summary>A body that is no JSON.</summary>
internal sealed class BrokenJsonException(string problem, string field)
    : Exception($"The request body {problem}{(field.Length == 0 ? "" : $" in {field}")}")
{
    /// <summary>The field where it breaks; <c>""</c> when it is in none.</summary>
    public string Field { get; } = field;
}
