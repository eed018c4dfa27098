namespace CodexProxy.Protocol.Models;

/// <summary>What is said of a name that no model serves.</summary>
public static class UnknownModel
{
    private const int Suggestions = 3;
    private const int LongestEcho = 200;

    /// <summary>The names nearest to it, at most three: models of the vendor's list and the user's aliases.</summary>
    public static IReadOnlyList<string> Closest(string requested, ModelCatalogue catalogue, ModelRules rules) =>
        [
            .. catalogue
                .Listed.Concat(rules.Upstreams.SelectMany(upstream => upstream.Listed))
                .Select(model => model.Slug)
                .Concat(rules.Aliases.Keys.Order(StringComparer.Ordinal))
                .Where(name => name != requested)
                .OrderBy(name => NameDistance.Between(requested, name))
                .Take(Suggestions),
        ];

    /// <summary>Why a name has no model: it is nobody's, or its upstream does not serve it.</summary>
    public static string Reason(string requested, ModelRules rules) =>
        rules.UpstreamOf(requested) switch
        {
            null => "no such model",
            { Enabled: false } off => $"the upstream {off.Name} is switched off",
            var on => $"the upstream {on.Name} is not set up for it",
        };

    /// <summary>
    /// <c>model: NAME</c>, which clients read, then the reason and the closest names, so that a slip is seen at once. A name
    /// of more than 200 letters is cut.
    /// </summary>
    /// <param name="requested">What the client asked for.</param>
    /// <param name="closest">Names to try instead; may be empty.</param>
    /// <param name="reason">What the upstream said of it, if it was asked.</param>
    public static string Message(string requested, IReadOnlyList<string> closest, string? reason)
    {
        var name = requested.Length > LongestEcho ? requested[..LongestEcho] + "…" : requested;
        var instead = closest.Count == 0 ? null : $"the closest: {string.Join(", ", closest)}";
        var aside = string.Join("; ", new[] { reason, instead }.OfType<string>());
        return aside.Length == 0 ? $"model: {name}" : $"model: {name} ({aside})";
    }
}
