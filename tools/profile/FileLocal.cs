using System.Text.RegularExpressions;

namespace CodexProxy.Profile;

/// <summary>Types of one source file: their name holds a hash of its path, which depends on where it was built.</summary>
internal static partial class FileLocal
{
    /// <summary>The name without the hash.</summary>
    public static string WithoutHash(string name) => Hash().Replace(name, ">F__");

    [GeneratedRegex(">F[0-9A-F]{64}__")]
    private static partial Regex Hash();
}
