using System.Runtime.InteropServices;

namespace CodexProxy.Launcher;

/// <summary>
/// Keeps pictures of this process's memory, which holds logins, from being made: by the system when the program crashes, and by
/// other programs of the same user. Only Linux has the means; programs that are started from here decide for themselves.
/// </summary>
internal static partial class MemoryDumps
{
    /// <summary>The variable that allows them, for whoever looks for a fault of this program: <c>1</c>.</summary>
    public const string Variable = "CODEX_PROXY_DUMPS";

    private const int SetDumpable = 4;

    /// <summary>Forbids them, unless the variable allows them.</summary>
    public static void Forbid(Func<string, string?> environment)
    {
        if (OperatingSystem.IsLinux() && environment(Variable) != "1")
        {
            // It cannot fail with these arguments, and there is nobody to tell if it did.
            _ = ProcessControl(SetDumpable, 0, 0, 0, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint value, nuint third, nuint fourth, nuint fifth);
}
