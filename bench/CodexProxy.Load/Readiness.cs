namespace CodexProxy.Load;

/// <summary>How a role tells the process that started it where it listens.</summary>
internal static class Readiness
{
    private const string Prefix = "ready ";

    /// <summary>Prints the address.</summary>
    public static void Announce(string address) => Console.WriteLine(Prefix + address);

    /// <summary>The address in a line of output, or null.</summary>
    public static Uri? Read(string line) =>
        line.StartsWith(Prefix, StringComparison.Ordinal) ? new Uri(line[Prefix.Length..]) : null;
}
