namespace CodexProxy.Options;

/// <summary>Where a setting's value came from, weakest first: a later origin wins over an earlier one.</summary>
public enum OptionOrigin
{
    /// <summary>The built-in value.</summary>
    Default,

    /// <summary>The configuration file.</summary>
    File,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>The command line.</summary>
    Flag,
}

/// <summary>Where one value came from.</summary>
/// <param name="Origin">Kind of place.</param>
/// <param name="Name">The flag, the variable, or the member of the file; empty for a default.</param>
public readonly record struct OptionSource(OptionOrigin Origin, string Name)
{
    /// <summary>The built-in value.</summary>
    public static OptionSource Default { get; } = new(OptionOrigin.Default, "");
}
