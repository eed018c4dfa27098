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

    /// <summary>Whether sealed content is known to be refused.</summary>
    /// <param name="envelope">The content and who sealed it.</param>
    /// <param name="servingAccount">First hex digits of the serving account's hash; null while nobody is signed in.</param>
    public bool Contains(ReasoningEnvelope envelope, string? servingAccount) =>
        (!_fingerprints.IsEmpty && _fingerprints.ContainsKey(envelope.Fingerprint()))
        || (
            envelope.Account is { } sealing
            && servingAccount is not null
            && sealing != servingAccount
            && _pairs.ContainsKey((sealing, servingAccount))
        );

    /// <summary>Remembers that everything sealed in this body was refused.</summary>
    public void Add(ResponsesRequest body)
    {
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

    /// <summary>Remembers that one account cannot read what another sealed.</summary>
    public void AddPair(string sealingAccount, string servingAccount)
    {
        if (sealingAccount != servingAccount)
        {
            _pairs[(sealingAccount, servingAccount)] = true;
        }
    }
}
