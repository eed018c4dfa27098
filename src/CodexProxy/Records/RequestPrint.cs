using System.Globalization;
using System.Runtime.InteropServices;

namespace CodexProxy.Records;

/// <summary>One tool or item of a body: its hash, its size and its shape, never its content.</summary>
/// <param name="Hash">Keyed hash; equal content has an equal hash within one run of the program.</param>
/// <param name="Quick">Its part of the fingerprint, by which it is known again in the next request: the hash is made once.</param>
/// <param name="Size">Bytes of JSON.</param>
/// <param name="Kind">What it is, such as <c>message user</c>.</param>
/// <param name="Shape">Its JSON with every text replaced by its length; null when that would be too large.</param>
internal sealed record ItemPrint(ulong Hash, long Quick, int Size, string Kind, byte[]? Shape);

/// <summary>What is kept of a body to tell later what changed, and to make a body of the same shape.</summary>
internal sealed record RequestPrint
{
    /// <summary>Upstream model.</summary>
    public required string Model { get; init; }

    /// <summary>Effort; null for the model's own.</summary>
    public string? Effort { get; init; }

    /// <summary><c>reasoning.summary</c>.</summary>
    public string? Summary { get; init; }

    /// <summary>Tier; null for the standard one.</summary>
    public string? Tier { get; init; }

    /// <summary>The tool choice's type.</summary>
    public required string ToolChoice { get; init; }

    /// <summary>Hash of the tool choice with its name.</summary>
    public required ulong ToolChoiceHash { get; init; }

    /// <summary>Hash of the tool that must be called; null when the choice names none.</summary>
    public ulong? ChosenTool { get; init; }

    /// <summary>Whether several calls may come at once.</summary>
    public required bool Parallel { get; init; }

    /// <summary>Hash of the text settings; 0 when there are none.</summary>
    public required ulong Text { get; init; }

    /// <summary><c>text.verbosity</c>.</summary>
    public string? Verbosity { get; init; }

    /// <summary>Whether structured output is asked for.</summary>
    public required bool HasFormat { get; init; }

    /// <summary>What is asked for beside the answer.</summary>
    public required string Include { get; init; }

    /// <summary>The second forms the body was sent in.</summary>
    public required string Forms { get; init; }

    /// <summary>Key of the account that was asked; prompt caches belong to accounts.</summary>
    public string? Account { get; init; }

    /// <summary>Hash of the cache key.</summary>
    public required ulong CacheKey { get; init; }

    /// <summary>Hash of the instructions.</summary>
    public required ulong Instructions { get; init; }

    /// <summary>Their part of the fingerprint.</summary>
    public required long InstructionsQuick { get; init; }

    /// <summary>Length of the instructions in characters; -1 when the member is absent.</summary>
    public required int InstructionsLength { get; init; }

    /// <summary>The tools; null when the member is absent.</summary>
    public ItemPrint[]? Tools { get; init; }

    /// <summary>The items, at most <see cref="RequestPrinter.MaxItems"/>.</summary>
    public required ItemPrint[] Items { get; init; }

    /// <summary>How many items there are.</summary>
    public required int ItemCount { get; init; }

    /// <summary>Bytes of instructions, tools and items.</summary>
    public required long Bytes { get; init; }

    /// <summary>The hashes for a record.</summary>
    public BodyHashes Hashes =>
        new(Hex(Instructions), Hex(Fold(Tools ?? [])), Hex(Fold(Items)), Tools?.Length ?? 0, ItemCount, Bytes);

    /// <summary>A hash in its written form.</summary>
    public static string Hex(ulong hash) => hash.ToString("x16", CultureInfo.InvariantCulture);

    // The parts are keyed hashes already; folding them needs no key.
    private static ulong Fold(ItemPrint[] prints)
    {
        var hashes = new ulong[prints.Length];
        for (var i = 0; i < prints.Length; i++)
        {
            hashes[i] = prints[i].Hash;
        }

        Span<byte> digest = stackalloc byte[System.Security.Cryptography.SHA256.HashSizeInBytes];
        System.Security.Cryptography.SHA256.HashData(MemoryMarshal.AsBytes(hashes.AsSpan()), digest);
        return MemoryMarshal.Read<ulong>(digest);
    }
}
