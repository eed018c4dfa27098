using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.ChatUpstream;

/// <summary>
/// Puts the calls of an answer together. Their pieces may be interleaved, may lack the index or the id, and an index may
/// be used for more than one call.
/// </summary>
/// <param name="seed">Makes ids that are missing.</param>
/// <param name="open">Opens the item of a call whose name is known: by call id and name.</param>
internal sealed class ChatCallBook(string seed, Func<string, string, ChatCallOutput> open)
{
    private readonly List<Entry> _calls = [];

    /// <summary>Whether a call has input, but was never given a name.</summary>
    public bool HasNameless => _calls.Exists(call => call.Item is null && call.Early.Length > 0);

    /// <summary>Takes one piece of <c>tool_calls</c>.</summary>
    public void Accept(JsonElement piece, ChatEvents events)
    {
        var function = piece.Member("function") ?? piece.Member("custom") ?? default;
        Accept(
            (int?)piece.Number("index"),
            piece.Text("id") is { Length: > 0 } id ? id : null,
            function.Text("name") is { Length: > 0 } name ? name : null,
            Arguments(function),
            events
        );
    }

    /// <summary>Takes the one call of the oldest form.</summary>
    public void AcceptLegacy(JsonElement function, ChatEvents events) =>
        Accept(0, null, function.Text("name") is { Length: > 0 } name ? name : null, Arguments(function), events);

    private void Accept(int? index, string? id, string? name, string arguments, ChatEvents events)
    {
        var entry = Find(index, id, name);
        if (entry is null)
        {
            entry = new Entry { Index = index };
            _calls.Add(entry);
        }

        entry.Id ??= id;
        entry.Name ??= name;
        if (entry.Item is null && entry.Name is not null)
        {
            entry.Id ??= "call_" + Identifiers.Hex($"{seed} {_calls.Count}", 24);
            entry.Item = open(entry.Id, entry.Name);
            entry.Item.Append(entry.Early.ToString(), events);
        }

        if (entry.Item is { } item)
        {
            item.Append(arguments, events);
        }
        else
        {
            entry.Early.Append(arguments);
        }
    }

    private Entry? Find(int? index, string? id, string? name)
    {
        if (id is not null && _calls.FindLast(call => call.Id == id) is { } known)
        {
            return known;
        }

        var entry = index is null ? _calls.LastOrDefault() : _calls.FindLast(call => call.Index == index);
        // Another id begins another call; so does another name where there are no indices.
        var isOther =
            (id is not null && entry?.Id is not null && name is not null)
            || (index is null && id is not null && entry?.Id is not null)
            || (index is null && name is not null && entry is { Name: not null });
        return isOther ? null : entry;
    }

    private static string Arguments(JsonElement function) =>
        (function.Member("arguments") ?? function.Member("input")) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { ValueKind: JsonValueKind.Object } json => CompactJson.Write(json),
            _ => "",
        };

    private sealed class Entry
    {
        public int? Index { get; init; }

        public string? Id { get; set; }

        public string? Name { get; set; }

        public ChatCallOutput? Item { get; set; }

        /// <summary>Input that came before the name.</summary>
        public StringBuilder Early { get; } = new();
    }
}
