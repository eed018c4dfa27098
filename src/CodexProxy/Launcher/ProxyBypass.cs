namespace CodexProxy.Launcher;

/// <summary>
/// Keeps requests to this machine away from an HTTP proxy of the environment: the client would send it prompts and key, and
/// the proxy could not reach us.
/// </summary>
internal static class ProxyBypass
{
    /// <summary>Names of the variable that lists the exceptions; programs differ in which they read.</summary>
    public static IReadOnlyList<string> Names { get; } = ["NO_PROXY", "no_proxy"];

    private static readonly string[] ProxyNames =
    [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ];

    /// <summary>The exceptions with our host among them; null when no proxy is set or the host is excepted already.</summary>
    /// <param name="environment">Reads one environment variable.</param>
    /// <param name="baseUrl">Where the gateway is reached.</param>
    public static string? Of(Func<string, string?> environment, string baseUrl)
    {
        if (ProxyNames.All(name => string.IsNullOrEmpty(environment(name))))
        {
            return null;
        }

        var host = new Uri(baseUrl).Host;
        var existing = Names.Select(environment).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? "";
        var hosts = existing.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return hosts.Contains(host) || hosts.Contains("*") ? null
            : existing.Length == 0 ? host
            : $"{existing},{host}";
    }
}
