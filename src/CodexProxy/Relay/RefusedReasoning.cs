using System.Collections.Concurrent;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Relay;

/// <summary>
/// Sealed reasoning the backend refused. What was refused once is left out from then on, so that a conversation that moved
/// to another account pays for the refusal once.
/// </summary>
internal sealed class RefusedReasoning
{
    // Names of sealed content, 16 hex digits each; forgetting them costs one refused request.
    private const int Capacity = 16 * 1024;

    private readonly ConcurrentDictionary<string, bool> _fingerprints = new();
    private readonly ConcurrentDictionary<(string Sealing, string Serving), bool> _pairs = new();

    /// <summary>Whether sealed content is known to be refused by every account.</summary>
    public bool Contains(ReasoningEnvelope envelope) =>
        !_fingerprints.IsEmpty && _fingerprints.ContainsKey(envelope.Fingerprint());

    /// <summary>The body without what the serving account is known not to read.</summary>
    /// <param name="body">The request.</param>
    /// <param name="serving">First 8 hex digits of the serving account id's SHA-256.</param>
    public ResponsesRequest ReadableBy(string serving, ResponsesRequest body) =>
        !_pairs.IsEmpty && body.Input.Any(item => IsUnreadable(item, serving))
            ? body with
            {
                Input = [.. body.Input.Where(item => !IsUnreadable(item, serving))],
            }
            : body;

    /// <summary>
    /// Remembers a refusal. Where other accounts have sealed some of the content, it is theirs that cannot be read; else it is
    /// the content itself.
    /// </summary>
    /// <param name="body">The refused request.</param>
    /// <param name="serving">First 8 hex digits of the account id's SHA-256 that refused it.</param>
    public void Add(ResponsesRequest body, string serving)
    {
        var foreign = body
            .Input.OfType<ReasoningItem>()
            .Select(item => item.SealedBy)
            .OfType<string>()
            .Where(sealing => sealing != serving && !_pairs.ContainsKey((sealing, serving)))
            .ToHashSet();
        if (foreign.Count > 0)
        {
            foreach (var sealing in foreign)
            {
                _pairs[(sealing, serving)] = true;
            }

            return;
        }

        if (_fingerprints.Count >= Capacity)
        {
            _fingerprints.Clear();
        }

        foreach (var item in body.Input)
        {
            if (item is ReasoningItem reasoning)
            {
                _fingerprints[new ReasoningEnvelope(reasoning.EncryptedContent).Fingerprint()] = true;
            }
        }
    }

    private bool IsUnreadable(InputItem item, string serving) =>
        item is ReasoningItem { SealedBy: { } sealing } && _pairs.ContainsKey((sealing, serving));
}
