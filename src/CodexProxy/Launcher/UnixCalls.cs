using System.Runtime.InteropServices;

namespace CodexProxy.Launcher;

/// <summary>Calls of the C library that .NET has no form of. Only for Unix.</summary>
internal static partial class UnixCalls
{
    /// <summary>The signal that asks a program to end. Has this number on every Unix.</summary>
    public const int Terminate = 15;

    private const int BrokenPipe = 13;

    /// <summary>Sends a signal.</summary>
    /// <returns>Whether it could be sent.</returns>
    public static bool Send(int processId, int signal) => Kill(processId, signal) == 0;

    /// <summary>Leaves the terminal's session, so that closing the terminal does not end this process.</summary>
    // Fails only for a process that leads a group already; that one is told apart from the terminal's group by then.
    public static void LeaveSession() => _ = SetSid();

    /// <summary>Becomes another program: same process, same terminal, same folder. Does not return when it succeeds.</summary>
    /// <param name="path">The program's file.</param>
    /// <param name="arguments">Its arguments, its own name first.</param>
    /// <param name="environment">Lines of the form NAME=value.</param>
    /// <returns>The text of the error that kept it from happening.</returns>
    public static string Become(string path, IEnumerable<string> arguments, IEnumerable<string> environment)
    {
        // The runtime ignores this signal, and what is ignored stays so for the next program.
        _ = Signal(BrokenPipe, 0);
        _ = Execute(path, [.. arguments, null], [.. environment, null]);
        return Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int SetSid();

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments, string?[] environment);
}
