using CodexProxy.Protocol.Models;
using CodexProxy.Telemetry;

namespace CodexProxy.Options;

/// <summary>The alternate upstreams. None is asked unless it is switched on, and then only for its own model names.</summary>
public sealed record AlternateOptions
{
    /// <summary>As the settings file names them.</summary>
    public IReadOnlyDictionary<string, AlternateUpstream> Named { get; init; } =
        new Dictionary<string, AlternateUpstream>();

    /// <summary>Whether the preset <c>kilo</c> is switched on. Default off.</summary>
    public bool KiloEnabled { get; init; }

    /// <summary>All of them, the preset included.</summary>
    public IEnumerable<AlternateUpstream> All =>
        Named.Values.Where(upstream => upstream.Name != AlternateUpstream.Kilo).Append(Kilo);

    /// <summary>The preset with what the settings file changes of it; only its own switch turns it on.</summary>
    public AlternateUpstream Kilo
    {
        get
        {
            var preset = AlternateUpstream.KiloPreset;
            var kilo = Named.GetValueOrDefault(AlternateUpstream.Kilo) ?? preset;
            return kilo with
            {
                BaseUrl = kilo.BaseUrl ?? preset.BaseUrl,
                Default = kilo.Default ?? preset.Default,
                Enabled = KiloEnabled,
            };
        }
    }

    /// <summary>The upstream of this name, if it is switched on.</summary>
    public AlternateUpstream? Find(string name) =>
        All.FirstOrDefault(upstream => upstream.Enabled && upstream.Name == name);

    /// <summary>Their models, for the resolution of names.</summary>
    /// <param name="kiloModel">Model chosen for <c>kilo</c> at run time; null for none.</param>
    public IReadOnlyList<AlternateModels> Models(string? kiloModel = null) =>
        [.. All.Select(upstream => upstream.AsModels(upstream.Name == AlternateUpstream.Kilo ? kiloModel : null))];

    /// <summary>The same with the keys that stand in the environment.</summary>
    internal AlternateOptions WithKeys(Func<string, string?> environment) =>
        this with
        {
            Named = All.ToDictionary(
                upstream => upstream.Name,
                upstream =>
                    upstream.KeyVariable is { } variable
                    && environment(variable)?.Trim() is { Length: > 0 } key
                    && KeyListKind.IsKey(key)
                        ? upstream with
                        {
                            Key = new Secret(key),
                        }
                        : upstream
            ),
        };
}
