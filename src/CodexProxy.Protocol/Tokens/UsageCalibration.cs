using System.Collections.Concurrent;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Tokens;

/// <summary>
/// Estimates tokens and learns from the upstream's own counts: exactly for a conversation that goes on, by a ratio and a
/// constant per model for others. Bounded; safe for any number of threads.
/// </summary>
public sealed class UsageCalibration(RequestTokenCounter counter)
{
    private const int Lanes = 2048;
    private const int SmallRequest = 2000;
    private const double Weight = 0.1;
    private const double Margin = 1.01;

    private readonly ConcurrentDictionary<string, Anchor> _anchors = new();
    private readonly ConcurrentDictionary<string, ModelFactors> _models = new();

    /// <summary>Estimates the input tokens of a request.</summary>
    /// <param name="request">The request in its classic form.</param>
    /// <param name="model">The model that serves.</param>
    /// <param name="lane">The conversation's cache key.</param>
    public int Estimate(ResponsesRequest request, CodexModel model, string lane) => Count(request, model, lane).Tokens;

    /// <summary>The same with what it rests on, from which <see cref="Learn"/> goes on.</summary>
    /// <param name="request">The request in its classic form.</param>
    /// <param name="model">The model that serves.</param>
    /// <param name="lane">The conversation's cache key.</param>
    public CountedRequest Count(ResponsesRequest request, CodexModel model, string lane)
    {
        var fingerprint = RequestFingerprint.Of(request);
        if (_anchors.TryGetValue(lane, out var anchor) && anchor.Precedes(fingerprint))
        {
            return CountFrom(anchor, fingerprint, model);
        }

        var factors = _models.GetValueOrDefault(model.Slug, ModelFactors.None);
        var count = counter.Count(request, model);
        return new CountedRequest(RoundUp((count * factors.Ratio) + factors.Constant), count, fingerprint);
    }

    /// <summary>Learns from an answered request.</summary>
    /// <param name="request">The request as it was counted.</param>
    /// <param name="model">The model that served.</param>
    /// <param name="lane">The conversation's cache key.</param>
    /// <param name="inputTokens">The upstream's count of the input.</param>
    /// <param name="outputTokens">The upstream's count of the output.</param>
    public void Learn(CountedRequest request, CodexModel model, string lane, int inputTokens, int outputTokens)
    {
        if (_anchors.Count >= Lanes)
        {
            _anchors.Clear();
        }

        var items = request.Fingerprint.Items.Count;
        _anchors[lane] = new Anchor(
            request.Fingerprint.Beginning(items),
            items,
            inputTokens,
            outputTokens,
            request.OwnCount
        );
        if (request.OwnCount > 0 && inputTokens > 0)
        {
            _models.AddOrUpdate(
                model.Slug,
                static (_, seen) => ModelFactors.None.Learn(seen.Estimate, seen.Actual),
                static (_, known, seen) => known.Learn(seen.Estimate, seen.Actual),
                (Estimate: request.OwnCount, Actual: inputTokens)
            );
        }
    }

    // The model's own output comes back first; its size is known from the upstream, not from its form.
    private CountedRequest CountFrom(Anchor anchor, RequestFingerprint fingerprint, CodexModel model)
    {
        var input = fingerprint.Request.Input;
        var own = anchor.OwnCount;
        double tokens = anchor.Input;
        var comesBack = true;
        for (var at = anchor.Items; at < input.Count; at++)
        {
            var count = counter.CountItem(input[at], model);
            own += count;
            comesBack &= IsOutput(input[at]);
            tokens +=
                !comesBack ? count
                : at == anchor.Items ? anchor.Output
                : 0;
        }

        return new CountedRequest(RoundUp(tokens), own, fingerprint);
    }

    private static bool IsOutput(InputItem item) =>
        item
            is ReasoningItem
                or FunctionCallItem
                or CustomToolCallItem
                or WebSearchCallItem
                or MessageItem { Role: "assistant" }
                or OpaqueItem { IsOutput: true };

    private static int RoundUp(double tokens) => Math.Max(1, (int)Math.Ceiling(tokens * Margin));

    /// <summary>A request the upstream has counted.</summary>
    private sealed record Anchor(long Fingerprint, int Items, int Input, int Output, int OwnCount)
    {
        public bool Precedes(RequestFingerprint request) =>
            request.Items.Count >= Items && request.Beginning(Items) == Fingerprint;
    }

    /// <summary>What the own count misses, per model.</summary>
    private sealed record ModelFactors(double Ratio, double Constant)
    {
        public static ModelFactors None { get; } = new(1, 0);

        public ModelFactors Learn(int estimate, int actual) =>
            estimate <= SmallRequest
                ? this with
                {
                    Constant = Math.Clamp(Mix(Constant, actual - estimate), 0, SmallRequest),
                }
                : this with
                {
                    Ratio = Math.Clamp(Mix(Ratio, (double)actual / estimate), 0.8, 1.3),
                };

        private static double Mix(double known, double seen) => (known * (1 - Weight)) + (seen * Weight);
    }
}

/// <summary>A request's count, made once.</summary>
/// <param name="Tokens">The estimate of its input tokens.</param>
/// <param name="OwnCount">What was counted here, without anything learnt.</param>
/// <param name="Fingerprint">Its fingerprint.</param>
public sealed record CountedRequest(int Tokens, int OwnCount, RequestFingerprint Fingerprint);
