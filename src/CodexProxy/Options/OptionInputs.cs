namespace CodexProxy.Options;

/// <summary>
/// Everything settings are read from, so that tests need neither the real environment nor the real home folder.
/// </summary>
public sealed record OptionInputs
{
    /// <summary>Flag with dashes → its text.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads one environment variable; null when it is not set.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>The user's folder: where the defaults of the path settings lie, and what <c>~</c> stands for.</summary>
    public required string UserFolder { get; init; }

    /// <summary>Folder that relative paths start from.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>The inputs of this process.</summary>
    /// <param name="flags">Flag with dashes → its text.</param>
    public static OptionInputs OfProcess(IReadOnlyDictionary<string, string> flags) =>
        new()
        {
            Flags = flags,
            Environment = System.Environment.GetEnvironmentVariable,
            UserFolder = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile),
            WorkingFolder = System.Environment.CurrentDirectory,
        };

    /// <summary>Makes a path absolute; a leading <c>~</c> is <see cref="UserFolder"/>.</summary>
    public string Absolute(string path)
    {
        var expanded =
            path == "~" ? UserFolder
            : path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(UserFolder, path[2..])
            : path;
        return Path.GetFullPath(expanded, WorkingFolder);
    }

    /// <summary>A path for people: <see cref="UserFolder"/> is written <c>~</c>.</summary>
    public string Shown(string path) =>
        UserFolder.Length > 1 && path.StartsWith(UserFolder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? "~" + path[UserFolder.Length..]
            : path;
}
