using System.Reflection;
using System.Runtime.InteropServices;

namespace CodexProxy.Options;

/// <summary>How the program names itself.</summary>
public static class ProductInfo
{
    /// <summary>Name of the program.</summary>
    public const string Name = "codex-proxy";

    /// <summary>Version of this build, <c>x.y.z</c>.</summary>
    public static string Version { get; } =
        typeof(ProductInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "0.0.0";

    /// <summary><c>codex-proxy/VERSION (OS; ARCHITECTURE)</c>.</summary>
    public static string UserAgent { get; } = $"{Name}/{Version} ({OperatingSystemName}; {ArchitectureName})";

    private static string OperatingSystemName =>
        OperatingSystem.IsWindows() ? $"Windows {Environment.OSVersion.Version}"
        : OperatingSystem.IsMacOS() ? $"Mac OS {Environment.OSVersion.Version}"
        : OperatingSystem.IsLinux() ? "Linux"
        : "Unknown";

    private static string ArchitectureName =>
        RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "x86_64",
            var other => other.ToString().ToLowerInvariant(),
        };
}
