namespace CodexProxy.Tests.Support;

/// <summary>Finds files of the repository.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string File(string path) => Path.Combine(Root, path);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "CodexProxy.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above holds CodexProxy.slnx.");
        }

        return folder.FullName;
    }
}
