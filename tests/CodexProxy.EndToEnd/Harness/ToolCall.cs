using System.Text.Json;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Harness;

/// <summary>Calls of the client's own tools, as the simulated model makes them.</summary>
public static class ToolCall
{
    /// <summary>Runs a shell command.</summary>
    public static PlannedCall Bash(string command) => Of("Bash", new { command, description = "Runs a command" });

    /// <summary>Creates or replaces a file.</summary>
    public static PlannedCall Write(string path, string content) => Of("Write", new { file_path = path, content });

    /// <summary>Replaces one string in a file.</summary>
    public static PlannedCall Edit(string path, string before, string after) =>
        Of(
            "Edit",
            new
            {
                file_path = path,
                old_string = before,
                new_string = after,
            }
        );

    /// <summary>Reads a file of any kind.</summary>
    public static PlannedCall Read(string path) => Of("Read", new { file_path = path });

    /// <summary>Loads a deferred tool.</summary>
    public static PlannedCall Load(string tool) => Of("ToolSearch", new { query = $"select:{tool}" });

    /// <summary>Hands work to a sub-agent and waits for it.</summary>
    public static PlannedCall Agent(string prompt) =>
        Of(
            "Agent",
            new
            {
                description = "Does some work",
                prompt,
                subagent_type = "general-purpose",
                run_in_background = false,
            }
        );

    /// <summary>A call of any tool.</summary>
    public static PlannedCall Of(string name, object input) => PlannedCall.Of(name, JsonSerializer.Serialize(input));
}
