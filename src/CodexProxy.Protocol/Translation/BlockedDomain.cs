namespace CodexProxy.Protocol.Translation;

/// <summary>Matches pages against the client's <c>blocked_domains</c>: a domain covers its subdomains and, with a path, that path.</summary>
internal static class BlockedDomain
{
    internal static bool Any(IReadOnlyList<string> domains, string url)
    {
        if (domains.Count == 0 || !Uri.TryCreate(url, UriKind.Absolute, out var page))
        {
            return false;
        }

        foreach (var domain in domains)
        {
            if (Covers(domain, page))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Covers(string domain, Uri page)
    {
        var slash = domain.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? domain : domain[..slash];
        var path = slash < 0 ? "" : domain[slash..].TrimEnd('/');
        var isHost =
            page.Host.Equals(host, StringComparison.OrdinalIgnoreCase)
            || (
                page.Host.Length > host.Length
                && page.Host.EndsWith(host, StringComparison.OrdinalIgnoreCase)
                && page.Host[^(host.Length + 1)] == '.'
            );
        var covered = page.AbsolutePath;
        return isHost
            && covered.StartsWith(path, StringComparison.Ordinal)
            && (covered.Length == path.Length || path.Length == 0 || covered[path.Length] == '/');
    }
}
