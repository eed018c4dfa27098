using System.CommandLine;

namespace CodexProxy.Commands;

/// <summary>Flags that many commands share.</summary>
internal static class OutputFlags
{
    /// <summary>Print JSON for programs instead of text for people.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON instead of text" };

    /// <summary>Do not ask.</summary>
    public static Option<bool> Yes { get; } = new("--yes", "-y") { Description = "Do it without asking" };

    /// <summary>Adds <see cref="Json"/>.</summary>
    public static Command WithJson(this Command command)
    {
        command.Options.Add(Json);
        return command;
    }

    /// <summary>Adds <see cref="Yes"/>.</summary>
    public static Command WithYes(this Command command)
    {
        command.Options.Add(Yes);
        return command;
    }
}
