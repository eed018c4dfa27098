using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Caching;

/// <summary>
/// The prompt cache: within one lane (account and <c>prompt_cache_key</c>) a request finds the longest run of whole leading
/// pieces (model and instructions, tools, then each item) that an earlier request of the lane began with.
/// </summary>
public sealed class PrefixCache
{
    /// <summary>Cached tokens come in blocks of this many.</summary>
    public const int BlockTokens = 128;

    /// <summary>A shorter prefix is not cached at all.</summary>
    public const int LeastTokens = 1024;

    private readonly ConcurrentDictionary<LaneKey, Lane> _lanes = new();

    internal PrefixCache() { }

    /// <summary>What each lane did, in no order.</summary>
    public IReadOnlyList<LaneStatistics> Lanes => [.. _lanes.Select(pair => pair.Value.Statistics(pair.Key.CacheKey))];

    /// <summary>What all lanes did together.</summary>
    public LaneStatistics Total => Lanes.Aggregate(new LaneStatistics("", 0, 0, 0, 0), (sum, lane) => sum.And(lane));

    /// <summary>What the lane of that cache key did, over all accounts.</summary>
    public LaneStatistics Of(string cacheKey) =>
        Lanes
            .Where(lane => lane.CacheKey == cacheKey)
            .Aggregate(new LaneStatistics(cacheKey, 0, 0, 0, 0), (sum, lane) => sum.And(lane));

    /// <summary>Looks a request up and remembers it.</summary>
    internal CacheLookup Pass(ConversationView conversation, string accountId)
    {
        var lane = _lanes.GetOrAdd(new LaneKey(accountId, conversation.CacheKey ?? ""), _ => new Lane());
        return lane.Pass(Pieces(conversation));
    }

    private static List<Piece> Pieces(ConversationView conversation)
    {
        var pieces = new List<Piece>(conversation.Items.Count + 2);
        var head = Encoding.UTF8.GetBytes($"{conversation.Model}\n{conversation.Instructions}");
        pieces.Add(new Piece(head, head.Length));
        if (conversation.Body.TryGetProperty("tools", out var tools))
        {
            var bytes = JsonMarshal.GetRawUtf8Value(tools);
            pieces.Add(new Piece(bytes, bytes.Length));
        }

        foreach (var item in conversation.Items)
        {
            pieces.Add(new Piece(JsonMarshal.GetRawUtf8Value(item), TokenEstimate.CountedBytes(item)));
        }

        return pieces;
    }

    private readonly record struct LaneKey(string AccountId, string CacheKey);

    private readonly record struct Piece(UInt128 Hash, int Bytes)
    {
        public Piece(ReadOnlySpan<byte> content, int bytes)
            : this(Digest(content), bytes) { }

        public UInt128 Follow(UInt128 prefix)
        {
            Span<UInt128> pair = [prefix, Hash];
            return Digest(MemoryMarshal.AsBytes(pair));
        }

        private static UInt128 Digest(ReadOnlySpan<byte> content)
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(content, digest);
            return MemoryMarshal.Read<UInt128>(digest);
        }
    }

    private sealed class Lane
    {
        private readonly Lock _lock = new();
        private readonly HashSet<UInt128> _prefixes = [];
        private readonly HashSet<UInt128> _seen = [];
        private int _requests;
        private long _inputTokens;
        private long _cachedTokens;
        private long _resentTokens;

        public CacheLookup Pass(List<Piece> pieces)
        {
            lock (_lock)
            {
                long bytes = 0;
                long matched = 0;
                long seenBeyond = 0;
                var prefix = UInt128.Zero;
                var matching = true;
                foreach (var piece in pieces)
                {
                    bytes += piece.Bytes;
                    prefix = piece.Follow(prefix);
                    matching = !_prefixes.Add(prefix) && matching;
                    var seen = !_seen.Add(piece.Hash);
                    if (matching)
                    {
                        matched = bytes;
                    }
                    else if (seen)
                    {
                        seenBeyond += piece.Bytes;
                    }
                }

                var input = TokenEstimate.OfBytes(bytes);
                var cached = (int)(matched / TokenEstimate.BytesPerToken) / BlockTokens * BlockTokens;
                cached = cached < LeastTokens ? 0 : cached;
                _requests++;
                _inputTokens += input;
                _cachedTokens += cached;
                _resentTokens += TokenEstimate.OfBytes(seenBeyond);
                return new CacheLookup(input, cached);
            }
        }

        public LaneStatistics Statistics(string cacheKey)
        {
            lock (_lock)
            {
                return new LaneStatistics(cacheKey, _requests, _inputTokens, _cachedTokens, _resentTokens);
            }
        }
    }
}

/// <summary>What one request cost.</summary>
/// <param name="InputTokens">All input.</param>
/// <param name="CachedTokens">The part of it that was cached.</param>
internal readonly record struct CacheLookup(int InputTokens, int CachedTokens);
