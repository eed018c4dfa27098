using System.Text;
using CodexProxy.Launcher;
using CodexProxy.Options;

namespace CodexProxy.Commands;

/// <summary>
/// Completion scripts. Each follows the words typed so far to the command they name, then offers what can follow it. After
/// the word for the client, files are offered: what comes there is the client's.
/// </summary>
internal static class CompletionScript
{
    private const string Name = ProductInfo.Name;

    /// <summary>The script for one shell.</summary>
    /// <param name="shell">A name of <see cref="ShellDialect.Names"/>.</param>
    /// <param name="tree">The commands.</param>
    public static string For(string shell, CompletionTree tree) =>
        shell switch
        {
            "bash" => Bash(tree),
            "zsh" => Zsh(tree),
            "fish" => Fish(tree),
            "powershell" => PowerShell(tree),
            _ => throw new ArgumentOutOfRangeException(nameof(shell), shell, "There is no such dialect."),
        };

    private static string Bash(CompletionTree tree) =>
        $$"""
            # Completion of {{Name}} for bash.
            _codex_proxy() {
              local place= word words i
              for ((i = 1; i < COMP_CWORD; i++)); do
                case "$place/${COMP_WORDS[i]}" in
            {{Steps(tree, "      ")}}
                esac
              done
              case "$place" in
            {{Cases(tree, node => $"words='{Joined(node)}'", "    ")}}
              esac
              case "${COMP_WORDS[COMP_CWORD - 1]}" in
            {{ValueCases(tree, values => $"words='{string.Join(' ', values)}'", "    ")}}
              esac
              COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _codex_proxy {{Name}}
            """;

    private static string Zsh(CompletionTree tree) =>
        $$"""
            #compdef {{Name}}
            # Completion of {{Name}} for zsh.
            _codex_proxy() {
              local place= i
              local -a offers
              for ((i = 2; i < CURRENT; i++)); do
                case "$place/${words[i]}" in
            {{Steps(tree, "      ")}}
                esac
              done
              case "$place" in
            {{Cases(tree, node => $"offers=({string.Join(' ', node.Words.Select(Described))})", "    ")}}
              esac
              case "${words[CURRENT-1]}" in
            {{ValueCases(tree, values => $"offers=({string.Join(' ', values)})", "    ")}}
              esac
              if (( ${#offers} )); then
                _describe '{{Name}}' offers
              else
                _files
              fi
            }
            if [ "$funcstack[1]" = _codex_proxy ]; then
              _codex_proxy "$@"
            else
              compdef _codex_proxy {{Name}}
            fi
            """;

    private static string Fish(CompletionTree tree)
    {
        var script = new StringBuilder(
            $$"""
            # Completion of {{Name}} for fish.
            function __codex_proxy_at
                set -l place ''
                for word in (commandline -opc)[2..-1]
                    switch "$place/$word"
            {{string.Join(
                '\n',
                StepsOf(tree).Select(step => $"            case {step.Typed}\n                set place {step.Place}")
            )}}
                    end
                end
                test "$place" = "$argv[1]"
            end
            complete -c {{Name}} -n 'not __codex_proxy_at /claude' -f

            """
        );
        foreach (var node in tree.Nodes.Where(IsOurs))
        {
            foreach (var word in node.Words)
            {
                var description = word.Description.Length == 0 ? "" : $" -d {Quoted(word.Description)}";
                script.Append(
                    null,
                    $"complete -c {Name} -n '__codex_proxy_at \"{node.Path}\"' {FishOffer(tree, word)}{description}\n"
                );
            }
        }

        return script.ToString().TrimEnd();
    }

    private static string FishOffer(CompletionTree tree, CompletionWord word)
    {
        if (!word.Text.StartsWith('-'))
        {
            return $"-a {word.Text}";
        }

        var form =
            word.Text.StartsWith("--", StringComparison.Ordinal) ? $"-l {word.Text[2..]}"
            : word.Text.Length == 2 ? $"-s {word.Text[1..]}"
            : $"-o {word.Text[1..]}";
        return tree.Values.FirstOrDefault(option => option.Names.Contains(word.Text)) switch
        {
            { Values.Count: > 0 } option => $"{form} -x -a '{string.Join(' ', option.Values)}'",
            { TakesFile: true } => $"{form} -r -F",
            { } => $"{form} -x",
            null => form,
        };
    }

    private static string PowerShell(CompletionTree tree) =>
        $$"""
            # Completion of {{Name}} for PowerShell.
            Register-ArgumentCompleter -Native -CommandName {{Name}} -ScriptBlock {
                param($wordToComplete, $commandAst, $cursorPosition)
                $steps = @{
            {{string.Join('\n', StepsOf(tree).Select(step => $"        '{step.Typed}' = '{step.Place}'"))}}
                }
                $offers = @{
            {{string.Join(
                '\n',
                tree.Nodes.Where(IsOurs).Select(node =>
                    $"        '{node.Path}' = @({List(node.Words.Select(word => word.Text))})"
                )
            )}}
                }
                $values = @{
            {{string.Join('\n', Chosen(tree).Select(option => $"        '{option.Name}' = @({List(option.Values)})"))}}
                }
                $place = ''
                $before = ''
                foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
                    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
                    $before = "$element"
                    if ($steps.ContainsKey("$place/$before")) { $place = $steps["$place/$before"] }
                }
                $words = if ($values.ContainsKey($before)) { $values[$before] } else { $offers[$place] }
                $words | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """;

    // What follows the client's name is not known here.
    private static bool IsOurs(CompletionNode node) => node.Path != "/claude";

    private static IEnumerable<(string Typed, string Place)> StepsOf(CompletionTree tree) =>
        tree
            .Nodes.Where(node => node.Path.Length > 0)
            .SelectMany(node => node.Names.Select(name => ($"{node.Parent}/{name}", node.Path)));

    private static IEnumerable<(string Name, IReadOnlyList<string> Values)> Chosen(CompletionTree tree) =>
        tree
            .Values.Where(option => option.Values.Count > 0)
            .SelectMany(option => option.Names.Select(name => (name, option.Values)));

    private static string Steps(CompletionTree tree, string indent) =>
        string.Join('\n', StepsOf(tree).Select(step => $"{indent}{step.Typed}) place={step.Place} ;;"));

    private static string Cases(CompletionTree tree, Func<CompletionNode, string> body, string indent) =>
        string.Join('\n', tree.Nodes.Where(IsOurs).Select(node => $"{indent}'{node.Path}') {body(node)} ;;"));

    private static string ValueCases(CompletionTree tree, Func<IReadOnlyList<string>, string> body, string indent) =>
        string.Join(
            '\n',
            tree.Values.Select(option => $"{indent}{string.Join('|', option.Names)}) {body(option.Values)} ;;")
        );

    private static string Joined(CompletionNode node) => string.Join(' ', node.Words.Select(word => word.Text));

    private static string List(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"'{word}'"));

    // A colon ends the word in a description list of zsh.
    private static string Described(CompletionWord word) =>
        Quoted(
            word.Description.Length == 0
                ? word.Text
                : $"{word.Text.Replace(":", @"\:", StringComparison.Ordinal)}:{word.Description}"
        );

    private static string Quoted(string text) => $"'{text.Replace("'", "’", StringComparison.Ordinal)}'";
}
