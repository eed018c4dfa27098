namespace CodexProxy.EndToEnd.Harness;

/// <summary>Where this project's own files lie.</summary>
public static class SourceTree
{
    /// <summary>The folder of this test project.</summary>
    public static string Folder { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CodexProxy.slnx")))
        {
            folder = folder.Parent;
        }

        return folder is null
            ? throw new DirectoryNotFoundException("The tests must run inside the source tree.")
            : Path.Combine(folder.FullName, "tests", "CodexProxy.EndToEnd");
    }
}
