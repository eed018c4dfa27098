using CodexProxy.Protocol.Models;
using CodexProxy.Telemetry;

namespace CodexProxy.Options;

/// <summary>One alternate upstream: an endpoint of Chat Completions that the user has chosen to trust with conversations.</summary>
/// <param name="Name">What its models are asked for by: <c>NAME/MODEL</c>.</param>
public sealed record AlternateUpstream(string Name)
{
    /// <summary>Name of the preset.</summary>
    public const string Kilo = "kilo";

    /// <summary>The preset, switched off. Its free models take requests without a key.</summary>
    public static AlternateUpstream KiloPreset { get; } =
        new(Kilo) { BaseUrl = new Uri("https://api.kilo.ai/api/gateway"), Default = "minimax/minimax-m2.5:free" };

    /// <summary>What <c>/chat/completions</c> and <c>/models</c> are appended to. https, or http to loopback.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>Environment variable that holds the key; it wins over <see cref="Key"/>. Default none.</summary>
    public string? KeyVariable { get; init; }

    /// <summary>The key, sent as <c>Authorization: Bearer</c>. Default none: nothing is sent.</summary>
    public Secret? Key { get; init; }

    /// <summary>Whether the key lies in the key store of the system. Default not.</summary>
    public bool KeyIsStored { get; init; }

    /// <summary>Names of its models; null for any.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Model that the upstream's name alone means. Default none.</summary>
    public string? Default { get; init; }

    /// <summary>Further headers. They may hold keys.</summary>
    public IReadOnlyDictionary<string, Secret> Headers { get; init; } = new Dictionary<string, Secret>();

    /// <summary>Whether the model's reasoning is sent back as <c>reasoning_content</c>. Default off.</summary>
    public bool ReturnsReasoning { get; init; }

    /// <summary>Values of <c>reasoning_effort</c> it takes, weakest first. Default none: it is not sent.</summary>
    public IReadOnlyList<string> Efforts { get; init; } = [];

    /// <summary>Working window of its models, tokens. Default 128,000.</summary>
    public int ContextWindow { get; init; } = 128_000;

    /// <summary>Whether its models take images. Default on.</summary>
    public bool Images { get; init; } = true;

    /// <summary>Member that carries the output limit; null for none. Default <c>max_tokens</c>.</summary>
    public string? MaxTokensMember { get; init; } = "max_tokens";

    /// <summary>Whether it may be asked. Default off.</summary>
    public bool Enabled { get; init; }

    /// <summary>An address under <see cref="BaseUrl"/>.</summary>
    public Uri Under(string path) => new(BaseUrl!.AbsoluteUri.TrimEnd('/') + path);

    /// <summary>Its models as the resolution of names sees them.</summary>
    /// <param name="chosen">Model chosen at run time in place of <see cref="Default"/>; null for none.</param>
    public AlternateModels AsModels(string? chosen = null) =>
        new(Name)
        {
            Enabled = Enabled,
            Models = Models,
            Default = chosen ?? Default,
            Efforts = Efforts,
            ContextWindow = ContextWindow,
            Images = Images,
        };
}
