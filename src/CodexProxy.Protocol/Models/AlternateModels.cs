namespace CodexProxy.Protocol.Models;

/// <summary>
/// The models of an alternate upstream. Each is asked for as <c>NAME/MODEL</c>; the name alone means its default model.
/// </summary>
/// <param name="Name">Name of the upstream.</param>
public sealed record AlternateModels(string Name)
{
    /// <summary>Whether it may be asked. Where it may not, its names mean nothing.</summary>
    public bool Enabled { get; init; }

    /// <summary>Its models by their names there; null for any.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Model that the upstream's name alone means; null for none.</summary>
    public string? Default { get; init; }

    /// <summary>Efforts its models take, weakest first; empty when none is to be sent.</summary>
    public IReadOnlyList<string> Efforts { get; init; } = [];

    /// <summary>Working window of its models, tokens.</summary>
    public int ContextWindow { get; init; } = 128_000;

    /// <summary>Whether its models take images.</summary>
    public bool Images { get; init; } = true;

    /// <summary>The models to show in lists.</summary>
    public IEnumerable<CodexModel> Listed =>
        !Enabled ? []
        : Models is { } models ? models.Select(Model)
        : Default is { } model ? [Model(model)]
        : [];

    /// <summary>Whether a name means this upstream.</summary>
    public bool Owns(string name) =>
        name.StartsWith(Name, StringComparison.Ordinal)
        && (name.Length == Name.Length ? Default is not null || Enabled : name[Name.Length] == '/');

    /// <summary>The model of a name; null when it is not served.</summary>
    public ResolvedModel? Resolve(string name)
    {
        var model = name.Length == Name.Length ? Default : name[(Name.Length + 1)..];
        return Enabled && model is { Length: > 0 } && (Models is null || Models.Contains(model))
            ? new ResolvedModel(Model(model))
            : null;
    }

    private CodexModel Model(string model) =>
        new()
        {
            Slug = $"{Name}/{model}",
            DisplayName = $"{model} ({Name})",
            Efforts = Efforts,
            ContextWindow = ContextWindow,
            Listed = true,
            Images = Images,
            Upstream = Name,
        };
}
