using System.Text;
using System.Text.Json;

namespace CodexProxy.Protocol.Json;

/// <summary>JSON as compact text: the writer's member order, no blanks, non-ASCII as it is.</summary>
public static class CompactJson
{
    [ThreadStatic]
    private static System.Buffers.ArrayBufferWriter<byte>? _buffer;

    /// <summary>The element as text.</summary>
    public static string Write(JsonElement element)
    {
        var buffer = _buffer ??= new System.Buffers.ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(buffer, Wire.WriterOptions))
        {
            element.WriteTo(writer);
        }

        var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        if (buffer.Capacity > 1024 * 1024)
        {
            _buffer = null;
        }

        return text;
    }
}
