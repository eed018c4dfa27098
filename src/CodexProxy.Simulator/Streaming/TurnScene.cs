using System.Text.Json;
using CodexProxy.Simulator.Accounts;
using CodexProxy.Simulator.Caching;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Strictness;

namespace CodexProxy.Simulator.Streaming;

/// <summary>What the items of one response have in common, and what they add up to.</summary>
internal sealed class TurnScene(
    CapturedRequest request,
    SimulatedAccount account,
    CacheLookup input,
    SimulatorOptions options,
    SeededIds ids,
    Seal seal
)
{
    // The seal has no length of its own worth counting, so thinking costs a flat amount beside its summary.
    private const int HiddenReasoningTokens = 64;

    private long _outputBytes;
    private int _nextIndex;

    public CapturedRequest Request { get; } = request;

    public SimulatedAccount Account { get; } = account;

    public CacheLookup Input { get; } = input;

    public SimulatorOptions Options { get; } = options;

    public string ResponseId { get; } = ids.Next("resp_", 50);

    public long CreatedAt { get; } = options.TimeProvider.GetUtcNow().ToUnixTimeSeconds();

    public bool WantsSummary { get; } = request.Conversation.Summary is not null;

    public bool WantsEncryptedContent { get; } = Includes(request, "reasoning.encrypted_content");

    public bool WantsSources { get; } = Includes(request, "web_search_call.action.sources");

    /// <summary>Finished items, for a completed response that repeats them.</summary>
    public List<Action<Utf8JsonWriter>> Output { get; } = [];

    public int ReasoningTokens { get; private set; }

    public int OutputTokens => TokenEstimate.OfBytes(_outputBytes) + ReasoningTokens;

    public int NextIndex() => _nextIndex++;

    public string NextId(string prefix) => ids.Next(prefix, 48);

    public string NextCallId() => ids.Next("call_", 24);

    public string Sealed() => seal.Make(Account.Id);

    public void CountOutput(string text) => _outputBytes += System.Text.Encoding.UTF8.GetByteCount(text);

    public void CountReasoning(string summary) => ReasoningTokens += TokenEstimate.OfBytes(summary.Length);

    public void CountReasoning() => ReasoningTokens += HiddenReasoningTokens;

    private static bool Includes(CapturedRequest request, string value) =>
        request.Body.TryGetProperty("include", out var include)
        && include.EnumerateArray().Any(entry => entry.ValueEquals(value));
}
