using CodexProxy.Codex;
using CodexProxy.Options;

namespace CodexProxy.Views;

/// <summary>The alternate upstreams, and whether they can be asked.</summary>
/// <param name="Upstreams">In the order of the settings; the preset last.</param>
internal sealed record UpstreamListView(IReadOnlyList<UpstreamView> Upstreams)
{
    public static UpstreamListView Of(AlternateOptions alternates, UpstreamKeys keys) =>
        new([.. alternates.All.Select(upstream => UpstreamView.Of(upstream, keys))]);
}

/// <summary>One alternate upstream. Holds no key.</summary>
/// <param name="Name">What its models are asked for by.</param>
/// <param name="BaseUrl">Where it is.</param>
/// <param name="Enabled">Whether it may be asked.</param>
/// <param name="Key"><c>none</c>, <c>settings</c>, <c>key store</c>, or the name of the environment variable.</param>
/// <param name="Models">Names of its models; null for any.</param>
/// <param name="Default">Model that its name alone means.</param>
/// <param name="Problem">Why it cannot be asked although it is switched on; null when it can.</param>
internal sealed record UpstreamView(
    string Name,
    Uri? BaseUrl,
    bool Enabled,
    string Key,
    IReadOnlyList<string>? Models,
    string? Default,
    string? Problem
)
{
    public static UpstreamView Of(AlternateUpstream upstream, UpstreamKeys keys)
    {
        string? problem = null;
        if (upstream.Enabled)
        {
            keys.Find(upstream, out problem);
        }

        return new UpstreamView(
            upstream.Name,
            upstream.BaseUrl,
            upstream.Enabled,
            upstream.KeyVariable
                ?? (
                    upstream.Key is not null ? "settings"
                    : upstream.KeyIsStored ? "key store"
                    : "none"
                ),
            upstream.Models,
            upstream.Default,
            problem
        );
    }
}
