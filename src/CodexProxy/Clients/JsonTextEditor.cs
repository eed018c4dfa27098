using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Clients;

/// <summary>
/// Edits a JSON text where it stands: a value is replaced, a member added in the text's own style or taken away with its
/// comma, and every other byte stays, comments and line ends included. A person's file is not ours to lay out anew.
/// </summary>
/// <remarks>Adding and then removing a member gives back the text, but an empty object comes back as <c>{}</c>.</remarks>
internal sealed class JsonTextEditor
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    private readonly bool _marked;
    private byte[] _text;

    /// <summary>Takes a text; nothing but blanks counts as <c>{}</c>.</summary>
    /// <param name="text">UTF-8, with or without byte order mark, comments and trailing commas.</param>
    /// <exception cref="JsonTextException">It is not JSON, not an object, or has a name twice.</exception>
    public JsonTextEditor(ReadOnlySpan<byte> text)
    {
        _marked = text.StartsWith(Mark);
        _text = (_marked ? text[Mark.Length..] : text).ToArray();
        if (JsonTrivia.AfterBlanks(_text, 0, lines: true) == _text.Length)
        {
            _text = "{}\n"u8.ToArray();
        }

        if (!System.Text.Unicode.Utf8.IsValid(_text))
        {
            throw new JsonTextException("this is not UTF-8 text", 1, 1);
        }

        _ = Root();
    }

    /// <summary>The text as it is now.</summary>
    public byte[] ToBytes() => _marked ? [.. Mark, .. _text] : _text;

    /// <summary>The JSON of a value; null when there is no such member.</summary>
    /// <exception cref="JsonTextException">A member on the way is not an object, or has a name twice.</exception>
    public string? Find(params ReadOnlySpan<string> path)
    {
        if (Parent(path) is not { } parent || parent.IndexOf(path[^1]) is not (>= 0 and var index))
        {
            return null;
        }

        var member = parent.Members[index];
        return Encoding.UTF8.GetString(_text.AsSpan(member.ValueStart..member.ValueEnd));
    }

    /// <summary>The text that a string value stands for; null when the member is absent or no string.</summary>
    /// <inheritdoc cref="Find"/>
    public string? FindText(params ReadOnlySpan<string> path)
    {
        if (Find(path) is not ['"', ..] found)
        {
            return null;
        }

        try
        {
            using var document = SoundJson.Parse(found);
            return document.RootElement.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: JSON, but no text.
            return null;
        }
    }

    /// <summary>Names of the members of an object; none when it is absent.</summary>
    /// <inheritdoc cref="Find"/>
    public IReadOnlyList<string> NamesOf(string name) =>
        Root().IndexOf(name) < 0 ? [] : [.. Parent([name, ""])!.Members.Select(member => member.Name)];

    /// <summary>Replaces or adds a value; objects on the way are made.</summary>
    /// <param name="json">The value's JSON, on one line.</param>
    /// <param name="path">Names from the root to the member.</param>
    /// <returns>Whether anything changed.</returns>
    /// <exception cref="JsonTextException">A member on the way is not an object, or has a name twice.</exception>
    public bool Set(string json, params ReadOnlySpan<string> path)
    {
        if (path.Length > 1 && Parent(path) is null)
        {
            Set("{}", path[..^1]);
        }

        var parent = Parent(path)!;
        if (parent.IndexOf(path[^1]) is not (>= 0 and var index))
        {
            Add(parent, path[^1], json, path.Length);
            return true;
        }

        var member = parent.Members[index];
        var value = Encoding.UTF8.GetBytes(json);
        if (_text.AsSpan(member.ValueStart..member.ValueEnd).SequenceEqual(value))
        {
            return false;
        }

        Splice(member.ValueStart, member.ValueEnd, value);
        return true;
    }

    /// <summary>Replaces or adds a string.</summary>
    /// <inheritdoc cref="Set"/>
    public bool SetText(string value, params ReadOnlySpan<string> path) =>
        // One text can be written in many ways; the one that stands is as good.
        FindText(path) != value
        && Set(Quoted(value), path);

    /// <summary>Takes a member away, with its comma.</summary>
    /// <returns>Whether it was there.</returns>
    /// <inheritdoc cref="Find"/>
    public bool Remove(params ReadOnlySpan<string> path)
    {
        if (Parent(path) is not { } parent || parent.IndexOf(path[^1]) is not (>= 0 and var index))
        {
            return false;
        }

        var member = parent.Members[index];
        var (comma, end) = (CommaBehind(member), member.ValueEnd);
        var previous = index > 0 ? CommaBehind(parent.Members[index - 1]) : null;
        var from = previous + 1 ?? parent.Open + 1;
        end = comma + 1 ?? end;
        var start = StartOfRemoval(from, member.NameStart, ref end, isLast: index == parent.Members.Count - 1);
        Splice(start, end, []);
        if (comma is null && previous is { } left)
        {
            Splice(left, left + 1, []);
        }

        Collapse(path);
        return true;
    }

    private static string Quoted(string value)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Wire.WriterOptions))
        {
            writer.WriteStringValue(value);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // The blanks before the member go with it, unless they end a comment whose line would go on with what follows.
    private int StartOfRemoval(int from, int nameStart, ref int end, bool isLast)
    {
        var blanks = JsonTrivia.BeforeBlanks(_text, nameStart);
        var ownLine = _text.AsSpan(blanks..nameStart).Contains((byte)'\n');
        var next = JsonTrivia.AfterBlanks(_text, end, lines: false);
        var lineEnds = next == _text.Length || _text[next] is (byte)'\r' or (byte)'\n';
        if (lineEnds || ((ownLine || isLast) && !JsonTrivia.EndsInLineComment(_text, from, nameStart)))
        {
            return blanks;
        }

        end = isLast ? end : next;
        return nameStart;
    }

    private void Add(ObjectSpan parent, string name, string json, int depth)
    {
        if (parent.Members.Count == 0)
        {
            AddFirst(parent, $"{Quoted(name)}: {json}", depth);
            return;
        }

        var last = parent.Members[^1];
        var comma = CommaBehind(last);
        var blanks = BlanksBefore(last);
        var colon = Encoding.UTF8.GetString(_text.AsSpan(last.NameEnd..last.ValueStart));
        colon = colon.Trim() == ":" && !colon.Contains('\n', StringComparison.Ordinal) ? colon : ": ";
        if (blanks.Length == 0 && colon.EndsWith(' '))
        {
            blanks = " ";
        }

        var at = JsonTrivia.AfterRemarks(_text, comma + 1 ?? last.ValueEnd, out var untilLineEnd);
        if (untilLineEnd && !blanks.Contains('\n', StringComparison.Ordinal))
        {
            blanks = NewLine() + Repeat(Unit(), depth);
        }

        Splice(at, at, Encoding.UTF8.GetBytes($"{blanks}{Quoted(name)}{colon}{json}{(comma is null ? "" : ",")}"));
        if (comma is null)
        {
            Splice(last.ValueEnd, last.ValueEnd, ","u8);
        }
    }

    private void AddFirst(ObjectSpan parent, string member, int depth)
    {
        // The object's own comments stay above; what leads to its brace stays as it is when it has a line of its own.
        var end = JsonTrivia.BeforeBlanks(_text, parent.Close);
        var blanks = _text.AsSpan(end..parent.Close);
        var (line, unit) = (NewLine(), Unit());
        if (blanks.LastIndexOf((byte)'\n') is >= 0 and var lineEnd)
        {
            var indent = Encoding.UTF8.GetString(blanks[(lineEnd + 1)..]) + unit;
            Splice(end, end, Encoding.UTF8.GetBytes($"{line}{indent}{member}"));
            return;
        }

        var inline = Root().Members is [var first, ..] && !BlanksBefore(first).Contains('\n', StringComparison.Ordinal);
        var text = inline ? member : $"{line}{Repeat(unit, depth)}{member}{line}{Repeat(unit, depth - 1)}";
        Splice(end, parent.Close, Encoding.UTF8.GetBytes(text));
    }

    private void Collapse(ReadOnlySpan<string> path)
    {
        var parent = Parent(path)!;
        if (parent.Members.Count == 0 && JsonTrivia.AfterBlanks(_text, parent.Open + 1, lines: true) == parent.Close)
        {
            Splice(parent.Open + 1, parent.Close, []);
        }
    }

    // The object that holds the last name of a path; null when it, or one above it, is not there.
    private ObjectSpan? Parent(ReadOnlySpan<string> path)
    {
        var parent = Root();
        foreach (var name in path[..^1])
        {
            if (parent.IndexOf(name) is not (>= 0 and var index))
            {
                return null;
            }

            parent = ObjectSpan.Read(_text, parent.Members[index].ValueStart, $"\"{name}\"");
        }

        return parent;
    }

    private ObjectSpan Root() => ObjectSpan.Read(_text, 0, "the text");

    private int? CommaBehind(MemberSpan member)
    {
        var at = JsonTrivia.AfterAll(_text, member.ValueEnd);
        return _text[at] == (byte)',' ? at : null;
    }

    // Blanks before a member; of several line ends only the last.
    private string BlanksBefore(MemberSpan member)
    {
        var start = JsonTrivia.BeforeBlanks(_text, member.NameStart);
        var blanks = Encoding.UTF8.GetString(_text.AsSpan(start..member.NameStart));
        var line = blanks.LastIndexOf('\n');
        return line < 0 ? blanks : NewLine() + blanks[(line + 1)..];
    }

    private string NewLine() =>
        _text.AsSpan().IndexOf((byte)'\n') is > 0 and var at && _text[at - 1] == (byte)'\r' ? "\r\n" : "\n";

    private string Unit() =>
        Root().Members is [var first, ..]
        && BlanksBefore(first).TrimStart('\r', '\n') is { Length: > 0 } unit
        && BlanksBefore(first).Contains('\n', StringComparison.Ordinal)
            ? unit
            : "  ";

    private static string Repeat(string unit, int times) => string.Concat(Enumerable.Repeat(unit, times));

    private void Splice(int start, int end, ReadOnlySpan<byte> with) =>
        _text = [.. _text.AsSpan(0, start), .. with, .. _text.AsSpan(end)];
}
