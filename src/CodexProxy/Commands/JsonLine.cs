using System.Buffers;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Commands;

/// <summary>A command's result for programs: one line of JSON.</summary>
internal static class JsonLine
{
    /// <summary>The line that a writer is given to write.</summary>
    public static string Of(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Wire.WriterOptions))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
