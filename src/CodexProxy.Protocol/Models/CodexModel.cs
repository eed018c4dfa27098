namespace CodexProxy.Protocol.Models;

/// <summary>What the gateway needs to know of one upstream model.</summary>
public sealed record CodexModel
{
    /// <summary>Name on the wire.</summary>
    public required string Slug { get; init; }

    /// <summary>Name for people.</summary>
    public required string DisplayName { get; init; }

    /// <summary>One sentence for people; null when the catalogue has none.</summary>
    public string? Description { get; init; }

    /// <summary>Supported efforts, weakest first; <c>ultra</c> is never among them, it is no wire value.</summary>
    public required IReadOnlyList<string> Efforts { get; init; }

    /// <summary>Effort the model uses when none is sent; null when unknown.</summary>
    public string? DefaultEffort { get; init; }

    /// <summary>Working window in tokens, input and output together.</summary>
    public int ContextWindow { get; init; } = 272_000;

    /// <summary>Whether the vendor lists it for people to choose.</summary>
    public bool Listed { get; init; }

    /// <summary>Order in the vendor's list; smallest first.</summary>
    public int Priority { get; init; } = int.MaxValue;

    /// <summary>Whether the vendor's own client uses the lite request shape for it.</summary>
    public bool Lite { get; init; }

    /// <summary>Whether the <c>priority</c> tier exists for it.</summary>
    public bool PriorityTier { get; init; }

    /// <summary>Whether it takes images.</summary>
    public bool Images { get; init; } = true;

    /// <summary>Whether images keep their original detail (a larger token budget per image).</summary>
    public bool OriginalImageDetail { get; init; }

    /// <summary>Lowest client version the backend accepts for it, <c>x.y.z</c>.</summary>
    public string? MinimalClientVersion { get; init; }

    /// <summary>Name of the alternate upstream that serves it, with which <see cref="Slug"/> begins; null for the Codex backend.</summary>
    public string? Upstream { get; init; }

    /// <summary>Its name at an alternate upstream.</summary>
    public string NameThere => Upstream is null ? Slug : Slug[(Upstream.Length + 1)..];

    /// <summary>A model outside the catalogue: sent as is, without effort or tier, as the vendor's client does.</summary>
    public static CodexModel Unknown(string slug) =>
        new()
        {
            Slug = slug,
            DisplayName = slug,
            Efforts = [],
        };

    /// <summary>Whether nothing is known of its efforts, as of every model from <see cref="Unknown"/>.</summary>
    public bool IsUnknown => Efforts.Count == 0;
}
