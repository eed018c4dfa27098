using System.ComponentModel;
using System.Diagnostics;

namespace CodexProxy.Terminals;

/// <summary>The browser that the person has chosen for this machine.</summary>
internal static class SystemBrowser
{
    // The browser outlives this program: it must not write into our terminal, nor die of our Ctrl-C.
    private const string Detached = "trap '' INT HUP; exec \"$0\" \"$1\" </dev/null >/dev/null 2>&1";

    /// <summary>Shows an address; false when there is no browser, or nobody at a screen to see it.</summary>
    public static bool Open(Uri address)
    {
        if (OperatingSystem.IsLinux() && !HasScreen(Environment.GetEnvironmentVariable))
        {
            return false;
        }

        try
        {
            using var process = Process.Start(Command(address));
            return true;
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether a Linux session shows windows. Without them <c>xdg-open</c> would start a text browser in our terminal.
    /// </summary>
    internal static bool HasScreen(Func<string, string?> environment) =>
        !string.IsNullOrEmpty(environment("DISPLAY")) || !string.IsNullOrEmpty(environment("WAYLAND_DISPLAY"));

    private static ProcessStartInfo Command(Uri address) =>
        // Windows opens an address by itself; its command line would read the & of one as the end of a command.
        OperatingSystem.IsWindows()
            ? new ProcessStartInfo(address.AbsoluteUri) { UseShellExecute = true }
            : new ProcessStartInfo(
                "/bin/sh",
                ["-c", Detached, OperatingSystem.IsMacOS() ? "open" : "xdg-open", address.AbsoluteUri]
            );
}
