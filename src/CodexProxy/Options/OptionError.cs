namespace CodexProxy.Options;

/// <summary>One thing wrong with the settings.</summary>
/// <param name="Where">The flag, the variable, or the place in the file.</param>
/// <param name="Problem">What is wrong, as a sentence without its full stop.</param>
/// <param name="Remedy">What to do, as a sentence.</param>
public sealed record OptionError(string Where, string Problem, string Remedy)
{
    /// <summary>The error on one line.</summary>
    public override string ToString() => $"{Where}: {Problem}. {Remedy}";
}

/// <summary>The settings cannot be used. Carries every error found, not only the first.</summary>
public sealed class OptionsRejectedException : Exception
{
    /// <summary>Collects the errors.</summary>
    /// <param name="errors">At least one.</param>
    public OptionsRejectedException(IReadOnlyList<OptionError> errors)
        : base(string.Join(Environment.NewLine, errors)) => Errors = errors;

    /// <summary>Every error, in the order of the settings.</summary>
    public IReadOnlyList<OptionError> Errors { get; }
}
