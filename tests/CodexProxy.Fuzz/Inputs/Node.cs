using System.Buffers;
using System.Text;
using System.Text.Json;

namespace CodexProxy.Fuzz.Inputs;

/// <summary>A JSON value that can be written with faults: its scalars are bytes, its names may stand twice.</summary>
internal sealed class Node
{
    private const int LongestText = 80;
    private const int LongestList = 4;

    /// <summary>The bytes of a scalar; null for an object or a list.</summary>
    public byte[]? Token { get; init; }

    /// <summary>Members of an object; their names with quotes.</summary>
    public List<(byte[] Name, Node Value)>? Members { get; init; }

    /// <summary>Elements of a list.</summary>
    public List<Node>? Items { get; init; }

    /// <summary>How many values there are in it, itself among them.</summary>
    public int Size { get; private set; } = 1;

    /// <summary>A scalar.</summary>
    public static Node Of(string token) => new() { Token = Encoding.UTF8.GetBytes(token) };

    /// <summary>Reads a value. Null when the bytes are no JSON.</summary>
    public static Node? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Of(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Copies a value.</summary>
    public static Node Of(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = value.EnumerateObject().Select(m => (Quote(m.Name), Of(m.Value))).ToList();
                return new Node { Members = members, Size = 1 + members.Sum(m => m.Item2.Size) };
            case JsonValueKind.Array:
                var items = value.EnumerateArray().Select(Of).ToList();
                return new Node { Items = items, Size = 1 + items.Sum(item => item.Size) };
            default:
                return new Node { Token = Encoding.UTF8.GetBytes(value.GetRawText()) };
        }
    }

    /// <summary>The same with long texts and long lists cut, so that many inputs are made of it in a second.</summary>
    public Node Cut()
    {
        if (Members is not null)
        {
            var members = Members.Select(m => (m.Name, m.Value.Cut())).ToList();
            return new Node { Members = members, Size = 1 + members.Sum(m => m.Item2.Size) };
        }

        if (Items is not null)
        {
            // The end of a conversation matters most.
            var items = Items.Skip(Math.Max(0, Items.Count - LongestList)).Select(item => item.Cut()).ToList();
            return new Node { Items = items, Size = 1 + items.Sum(item => item.Size) };
        }

        if (Token!.Length <= LongestText || Token[0] != '"')
        {
            return this;
        }

        using var document = JsonDocument.Parse(Token);
        var text = document.RootElement.GetString()!;
        // Half a surrogate pair at the end becomes an escape of its own.
        return new Node { Token = Quote(text[..Math.Min(text.Length, LongestText)]) };
    }

    /// <summary>Writes it as it is.</summary>
    public void Write(ArrayBufferWriter<byte> output)
    {
        if (Token is not null)
        {
            output.Write(Token);
        }
        else if (Members is not null)
        {
            var separator = "{"u8;
            foreach (var (name, value) in Members)
            {
                output.Write(separator);
                output.Write(name);
                output.Write(":"u8);
                value.Write(output);
                separator = ","u8;
            }

            output.Write(Members.Count == 0 ? "{}"u8 : "}"u8);
        }
        else
        {
            var separator = "["u8;
            foreach (var item in Items!)
            {
                output.Write(separator);
                item.Write(output);
                separator = ","u8;
            }

            output.Write(Items.Count == 0 ? "[]"u8 : "]"u8);
        }
    }

    /// <summary>Its bytes.</summary>
    public byte[] ToBytes()
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Quote(string text) => JsonSerializer.SerializeToUtf8Bytes(text);
}
