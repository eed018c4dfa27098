namespace CodexProxy.Diagnosis;

/// <summary>How a check ended.</summary>
internal enum CheckResult
{
    /// <summary>Nothing to do.</summary>
    Ok,

    /// <summary>It works, but a person should know.</summary>
    Warning,

    /// <summary>Something does not work until a person acts.</summary>
    Problem,
}

/// <summary>What one check found.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="Message">One sentence or two; no secret.</param>
/// <param name="Cure">What to do, as a sentence; null when there is nothing to do.</param>
internal sealed record Finding(CheckResult Result, string Message, string? Cure = null)
{
    /// <summary>All is well.</summary>
    public static Finding Ok(string message) => new(CheckResult.Ok, message);

    /// <summary>It works, but a person should know.</summary>
    public static Finding Warning(string message, string? cure = null) => new(CheckResult.Warning, message, cure);

    /// <summary>It does not work.</summary>
    public static Finding Problem(string message, string? cure = null) => new(CheckResult.Problem, message, cure);
}

/// <summary>A question that <c>doctor</c> asks of this machine.</summary>
/// <param name="Name">Two words at most.</param>
/// <param name="RunAsync">Finds the answer.</param>
internal sealed record Check(string Name, Func<CancellationToken, Task<Finding>> RunAsync);

/// <summary>A check with what it found.</summary>
/// <param name="Name">The check's.</param>
/// <param name="Finding">What it found.</param>
internal sealed record Diagnosed(string Name, Finding Finding);
