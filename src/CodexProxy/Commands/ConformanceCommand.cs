using System.CommandLine;
using CodexProxy.Terminals;

namespace CodexProxy.Commands;

/// <summary><c>codex-proxy conformance</c>: how the published gateway contract is kept, clause by clause.</summary>
internal static class ConformanceCommand
{
    private const string Resource = "conformance.md";

    /// <summary>The command.</summary>
    public static Command Create(CommandContext context)
    {
        var command = new Command("conformance", "Show how the gateway contract of Claude Code is kept");
        command.WithJson();
        command.SetAction(
            (parsed, _) =>
            {
                var clauses = Clauses();
                if (parsed.GetValue(OutputFlags.Json))
                {
                    context.Terminal.Line(ToJson(clauses));
                }
                else
                {
                    Show(context.Terminal, clauses);
                }

                return Task.FromResult(ExitCode.Done);
            }
        );
        return command;
    }

    /// <summary>The rows of the document.</summary>
    internal static IReadOnlyList<Clause> Clauses()
    {
        using var document = typeof(ConformanceCommand).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(document);
        var clauses = new List<Clause>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("| C", StringComparison.Ordinal))
            {
                var cells = line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray();
                clauses.Add(
                    new Clause(
                        cells[0],
                        cells[1],
                        cells[2],
                        cells[3].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(test => test.Trim(' ', '`'))
                    )
                );
            }
        }

        return clauses;
    }

    private static void Show(Terminal terminal, IReadOnlyList<Clause> clauses)
    {
        foreach (var clause in clauses)
        {
            terminal.Hanging($"{clause.Number, -4}", $"{clause.Text}.");
            terminal.Hanging(
                "    ",
                clause.Here.StartsWith("served", StringComparison.Ordinal) ? terminal.Good(clause.Here) : clause.Here
            );
        }
    }

    private static string ToJson(IReadOnlyList<Clause> clauses) =>
        JsonLine.Of(writer =>
        {
            writer.WriteStartArray();
            foreach (var clause in clauses)
            {
                writer.WriteStartObject();
                writer.WriteString("clause"u8, clause.Number);
                writer.WriteString("text"u8, clause.Text);
                writer.WriteString("here"u8, clause.Here);
                writer.WriteStartArray("tests"u8);
                foreach (var test in clause.Tests)
                {
                    writer.WriteStringValue(test);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
}

/// <summary>One clause of the contract.</summary>
/// <param name="Number">Such as <c>C1</c>.</param>
/// <param name="Text">What it asks for.</param>
/// <param name="Here">How it is kept: served, differently, or not applicable.</param>
/// <param name="Tests">The tests that show it, as <c>Class.Method</c>.</param>
internal sealed record Clause(string Number, string Text, string Here, IEnumerable<string> Tests);
