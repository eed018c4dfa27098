using System.Runtime.InteropServices;

namespace CodexProxy.Storage;

/// <summary>Whose a file is.</summary>
internal static partial class FileOwner
{
    private const int CurrentFolder = -100;
    private const uint AsksOwner = 8;
    private const int OwnerOffset = 20;

    /// <summary>
    /// Whether a file or folder belongs to another user than the one this program runs as. False where there is none, and where
    /// the system does not tell.
    /// </summary>
    public static bool IsOther(string path)
    {
        if (OperatingSystem.IsWindows() || (!File.Exists(path) && !Directory.Exists(path)))
        {
            return false;
        }

        return OwnerOf(path) is { } owner ? owner != EffectiveUser() : !CanChangeMode(path);
    }

    private static uint? OwnerOf(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            // Its layout is the same on every machine, unlike that of stat.
            var found = new byte[256];
            return StatX(CurrentFolder, path, 0, AsksOwner, found) == 0
                ? BitConverter.ToUInt32(found, OwnerOffset)
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            // An old C library.
            return null;
        }
    }

    // Only the owner may set the mode, even to what it is; the administrator may set everything, and is believed.
    private static bool CanChangeMode(string path)
    {
        try
        {
#pragma warning disable CA1416 // Not reached on Windows.
            File.SetUnixFileMode(path, File.GetUnixFileMode(path));
#pragma warning restore CA1416
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, [In, Out] byte[] found);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
