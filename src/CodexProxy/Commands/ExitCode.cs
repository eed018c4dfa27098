namespace CodexProxy.Commands;

/// <summary>What the program's exit code says. The numbers are a contract.</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Something went wrong.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the settings are wrong.</summary>
    public const int WrongUsage = 2;

    /// <summary>The command needs a login and there is none. <c>serve</c> does not: it starts and says so.</summary>
    public const int NotSignedIn = 3;

    /// <summary>The port is taken, by another codex-proxy or by some other program.</summary>
    public const int AlreadyRunning = 4;
}
