using System.Security.Cryptography;
using System.Text;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Sealed reasoning for clients that do not carry it: by conversation and by what it led to. Bounded; the least recently
/// used goes first. Losing an entry costs reasoning, never an answer.
/// </summary>
public sealed class ReplayCache(int capacity = 4096)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<
        string,
        LinkedListNode<(string Key, IReadOnlyList<ReasoningEnvelope> Envelopes)>
    > _entries = [];
    private readonly LinkedList<(string Key, IReadOnlyList<ReasoningEnvelope> Envelopes)> _recent = [];

    /// <summary>Anchor of the reasoning before a call.</summary>
    public static string CallAnchor(string toolUseId) => "call:" + toolUseId;

    /// <summary>Anchor of the reasoning before a message.</summary>
    public static string TextAnchor(IEnumerable<string> texts) =>
        "text:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(texts))));

    /// <summary>Keeps what one answered request taught.</summary>
    public void Keep(string conversation, CompletedTurn turn)
    {
        foreach (var entry in turn.Replay)
        {
            Keep(conversation, entry.Anchor, entry.Envelopes);
        }
    }

    /// <summary>The reasoning that led to the anchor in this conversation; null when none is kept.</summary>
    public IReadOnlyList<ReasoningEnvelope>? Find(string conversation, string anchor)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(Key(conversation, anchor), out var node))
            {
                return null;
            }

            _recent.Remove(node);
            _recent.AddFirst(node);
            return node.Value.Envelopes;
        }
    }

    /// <summary>Keeps the reasoning that led to the anchor.</summary>
    public void Keep(string conversation, string anchor, IReadOnlyList<ReasoningEnvelope> envelopes)
    {
        var key = Key(conversation, anchor);
        lock (_gate)
        {
            if (_entries.Remove(key, out var old))
            {
                _recent.Remove(old);
            }

            _entries[key] = _recent.AddFirst((key, envelopes));
            if (_entries.Count > capacity)
            {
                _entries.Remove(_recent.Last!.Value.Key);
                _recent.RemoveLast();
            }
        }
    }

    private static string Key(string conversation, string anchor) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{conversation}\n{anchor}")));
}
