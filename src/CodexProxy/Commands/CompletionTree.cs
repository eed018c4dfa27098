using System.CommandLine;
using System.CommandLine.Completions;

namespace CodexProxy.Commands;

/// <summary>A word that can stand at a place, and what it means.</summary>
/// <param name="Text">The word.</param>
/// <param name="Description">One line for people; may be empty.</param>
internal sealed record CompletionWord(string Text, string Description);

/// <summary>A command as completion sees it.</summary>
/// <param name="Path">Names on the way to it, each after a slash; empty for the program itself.</param>
/// <param name="Names">Its name and its aliases.</param>
/// <param name="Words">What can follow it.</param>
internal sealed record CompletionNode(string Path, IReadOnlyList<string> Names, IReadOnlyList<CompletionWord> Words)
{
    /// <summary>Path of the command it belongs to.</summary>
    public string Parent => Path.Length == 0 ? "" : Path[..Path.LastIndexOf('/')];
}

/// <summary>An option whose values are known.</summary>
/// <param name="Names">Its names.</param>
/// <param name="Values">Its values; empty for an option that takes anything.</param>
/// <param name="TakesFile">Whether the value is a file.</param>
internal sealed record CompletionValues(IReadOnlyList<string> Names, IReadOnlyList<string> Values, bool TakesFile);

/// <summary>All that a completion script needs to know of the command line.</summary>
/// <param name="Nodes">Every command that is not hidden, the program first.</param>
/// <param name="Values">Every option that takes a value.</param>
internal sealed record CompletionTree(IReadOnlyList<CompletionNode> Nodes, IReadOnlyList<CompletionValues> Values)
{
    /// <summary>Walks the commands.</summary>
    public static CompletionTree Of(RootCommand root)
    {
        var nodes = new List<CompletionNode>();
        var values = new List<CompletionValues>();
        Walk(root, "", [], nodes, values);
        return new CompletionTree(nodes, [.. values.DistinctBy(option => option.Names[0])]);
    }

    private static void Walk(
        Command command,
        string path,
        IReadOnlyList<Option> inherited,
        List<CompletionNode> nodes,
        List<CompletionValues> values
    )
    {
        Option[] options = [.. command.Options.Where(option => !option.Hidden), .. inherited];
        values.AddRange(
            options
                .Where(TakesValue)
                .Select(option => new CompletionValues(NamesOf(option), ValuesOf(option), option.HelpName == "file"))
        );
        Command[] children = [.. command.Subcommands.Where(child => !child.Hidden)];
        List<CompletionWord> words =
        [
            .. children.SelectMany(child =>
                NamesOf(child).Select(name => new CompletionWord(name, child.Description ?? ""))
            ),
            .. command.Arguments.SelectMany(ValuesOf).Select(value => new CompletionWord(value, "")),
            .. options
                .SelectMany(option =>
                    NamesOf(option).Select(name => new CompletionWord(name, option.Description ?? ""))
                )
                .Where(word => word.Text.StartsWith('-'))
                .DistinctBy(word => word.Text),
        ];
        nodes.Add(new CompletionNode(path, NamesOf(command), words));
        Option[] recursive = [.. options.Where(option => option.Recursive).Distinct()];
        foreach (var child in children)
        {
            Walk(child, $"{path}/{child.Name}", recursive, nodes, values);
        }
    }

    private static bool TakesValue(Option option) =>
        option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);

    private static string[] NamesOf(Command command) => [command.Name, .. command.Aliases];

    // Shells take a question mark for a pattern.
    private static string[] NamesOf(Option option) =>
        [.. option.Aliases.Prepend(option.Name).Where(name => !name.Contains('?', StringComparison.Ordinal))];

    private static string[] ValuesOf(Symbol symbol) =>
        [
            .. symbol
                .GetCompletions(CompletionContext.Empty)
                .Select(item => item.Label)
                .Where(label => !label.StartsWith('-')),
        ];
}
