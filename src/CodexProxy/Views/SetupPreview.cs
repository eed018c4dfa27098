namespace CodexProxy.Views;

/// <summary>What the setup of Claude Code would change. Holds no key.</summary>
/// <param name="Path">The settings file, as shown to people.</param>
/// <param name="Configured">Whether nothing would change.</param>
/// <param name="Diff">The change, with the lines around it; empty when there is none.</param>
/// <param name="Remarks">What a person should know of it, as sentences.</param>
/// <param name="Undo">What undoing would change; null when there is nothing to undo.</param>
internal sealed record SetupPreview(
    string Path,
    bool Configured,
    IReadOnlyList<DiffLine> Diff,
    IReadOnlyList<string> Remarks,
    UndoPreview? Undo
);

/// <summary>What undoing the setup would change.</summary>
/// <param name="Diff">The change.</param>
/// <param name="LosesChanges">Whether the file was changed since, which would be lost.</param>
internal sealed record UndoPreview(IReadOnlyList<DiffLine> Diff, bool LosesChanges);

/// <summary>One line of a difference.</summary>
/// <param name="Kind"><c>same</c>, <c>added</c> or <c>removed</c>.</param>
/// <param name="Text">The line.</param>
internal sealed record DiffLine(string Kind, string Text)
{
    /// <summary>The lines of a unified difference; lines that are left out between two places become one with dots.</summary>
    public static IReadOnlyList<DiffLine> Of(IReadOnlyList<string> unified)
    {
        var lines = new List<DiffLine>();
        foreach (var line in unified)
        {
            if (!line.StartsWith("@@", StringComparison.Ordinal))
            {
                lines.Add(
                    new DiffLine(
                        line[0] switch
                        {
                            '+' => "added",
                            '-' => "removed",
                            _ => "same",
                        },
                        line[1..]
                    )
                );
            }
            else if (lines.Count > 0)
            {
                lines.Add(new DiffLine("same", "⋯"));
            }
        }

        return lines;
    }
}
