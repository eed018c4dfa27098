using CodexProxy.Hosting;
using CodexProxy.Options;

namespace CodexProxy.Launcher;

/// <summary>
/// What the runtime unpacks of a single file, because it cannot be loaded from within: native libraries, in one folder for each
/// version. The folder around them may be any that a person has named, so only what looks like that is taken for it.
/// </summary>
internal static class UnpackedProgram
{
    private const string Library = GatewayHost.NativeLibrary;

    /// <summary>The folder that single files of all programs share: in the user's own folder, on Windows in that for temporary files.</summary>
    /// <param name="inputs">The environment.</param>
    public static string SharedFolder(OptionInputs inputs) =>
        inputs.Environment("DOTNET_BUNDLE_EXTRACT_BASE_DIR") is { Length: > 0 } folder ? inputs.Absolute(folder)
        : OperatingSystem.IsWindows() ? Path.Combine(Path.GetTempPath(), ".net")
        : Path.Combine(inputs.UserFolder, ".net");

    /// <summary>The folders of all versions; none where nothing was unpacked.</summary>
    /// <param name="shared">As <see cref="SharedFolder"/> tells it.</param>
    public static IReadOnlyList<string> Versions(string shared)
    {
        var own = Path.Combine(shared, ProductInfo.Name);
        return Directory.Exists(own) ? [.. Directory.EnumerateDirectories(own).Where(IsUnpacked).Order()] : [];
    }

    /// <summary>Removes what <see cref="Versions"/> names, and the folders around it when nothing else is in them.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be removed.</exception>
    public static void Remove(string shared)
    {
        foreach (var version in Versions(shared))
        {
            Directory.Delete(version, recursive: true);
        }

        foreach (var folder in (string[])[Path.Combine(shared, ProductInfo.Name), shared])
        {
            // A folder that a person has named stays, even if it is empty.
            if (
                (folder != shared || Path.GetFileName(shared) == ".net")
                && !Directory.EnumerateFileSystemEntries(folder).Any()
            )
            {
                Directory.Delete(folder);
            }
        }
    }

    private static bool IsUnpacked(string folder)
    {
        if (new DirectoryInfo(folder).LinkTarget is not null)
        {
            return false;
        }

        var entries = Directory.GetFileSystemEntries(folder);
        return entries.Any(entry => Path.GetFileNameWithoutExtension(entry) is Library or "lib" + Library)
            && entries.All(entry =>
                Path.GetExtension(entry) is ".so" or ".dll" or ".dylib" && !Directory.Exists(entry)
            );
    }
}
