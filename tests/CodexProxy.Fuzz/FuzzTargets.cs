using CodexProxy.Fuzz.Targets;

namespace CodexProxy.Fuzz;

/// <summary>Everything that reads what others wrote.</summary>
internal static class FuzzTargets
{
    /// <summary>All of it.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new MessagesTarget(),
        new ChatTarget(),
        new ResponsesTarget(),
        new SchemaTarget(),
        new MessagesAnswerTarget(),
        new ChatAnswerTarget(),
        new ResponsesAnswerTarget(),
        new ChatUpstreamTarget(),
        new FailureTarget(),
        new CatalogueTarget(),
        new QuotaTarget(),
        new ToolInputTarget(),
        new ConfigTarget(),
        new KeysTarget(),
        new AccountTarget(),
        new SettingsFileTarget(),
        new DocumentTarget(),
    ];

    /// <summary>The target of a name.</summary>
    public static FuzzTarget Named(string name) => All.Single(target => target.Name == name);

    /// <summary>The target whose turn it is: each as often as its weight says.</summary>
    public static FuzzTarget Turn(IReadOnlyList<FuzzTarget> targets, long turn)
    {
        var place = (int)(turn % targets.Sum(target => target.Weight));
        foreach (var target in targets)
        {
            place -= target.Weight;
            if (place < 0)
            {
                return target;
            }
        }

        throw new InvalidOperationException("No target has a weight.");
    }
}
