using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace CodexProxy.Launcher;

/// <summary>
/// When a process started, as a text that another process finds the same. Together with its number it names a process for
/// good: numbers alone are used again.
/// </summary>
internal static class ProcessStart
{
    // Where the system tells a wall clock time it is computed anew by each reader.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>The start of a running process; null when there is none of this number.</summary>
    public static string? Of(int processId) => OperatingSystem.IsLinux() ? OfLinux(processId) : OfSystem(processId);

    /// <summary>Whether the process that had this number and start still runs.</summary>
    public static bool IsRunning(int processId, string start) =>
        Of(processId) is { } current && (current == start || IsNear(current, start));

    // Clock ticks since the boot, and which boot: both stay what they are when the wall clock is set.
    private static string? OfLinux(int processId)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{processId}/stat");
            // The second field is a name in brackets, which may hold anything.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            var isOver = fields[0] is "Z" or "X";
            return isOver ? null : $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}:{fields[19]}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? OfSystem(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.HasExited
                ? null
                : process.StartTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
        }
        catch (Exception exception)
            when (exception is ArgumentException or InvalidOperationException or Win32Exception or NotSupportedException
            )
        {
            return null;
        }
    }

    private static bool IsNear(string one, string other) =>
        DateTimeOffset.TryParse(one, CultureInfo.InvariantCulture, out var first)
        && DateTimeOffset.TryParse(other, CultureInfo.InvariantCulture, out var second)
        && (first - second).Duration() <= Tolerance;
}
