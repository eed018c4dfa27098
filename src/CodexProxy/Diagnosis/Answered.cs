using System.Security.Authentication;

namespace CodexProxy.Diagnosis;

/// <summary>Whether a server on the internet answers, and what time it thinks it is.</summary>
/// <param name="Finding">Whether it answers.</param>
/// <param name="Date">Its clock, and ours at that moment; null when it does not say.</param>
internal sealed record Answered(Finding Finding, (DateTimeOffset Theirs, DateTimeOffset Ours)? Date)
{
    private static readonly string[] ProxyVariables =
    [
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "HTTP_PROXY",
        "http_proxy",
    ];

    /// <summary>Asks the root of a server; any answer of it counts.</summary>
    public static async Task<Answered> AskAsync(Surveyed surveyed, Uri address, CancellationToken cancellationToken)
    {
        var root = new Uri(address.GetLeftPart(UriPartial.Authority) + "/");
        using var request = new HttpRequestMessage(HttpMethod.Get, root);
        request.Headers.TryAddWithoutValidation("user-agent", surveyed.Options.Upstream.UserAgent);
        try
        {
            using var response = await surveyed.Upstream.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                cancellationToken
            );
            return new Answered(
                Finding.Ok($"{root.Authority} answers."),
                response.Headers.Date is { } date ? (date, surveyed.Time.GetUtcNow()) : null
            );
        }
        catch (HttpRequestException exception)
        {
            return new Answered(Explain(exception, root.Authority, ProxyIn(surveyed)), null);
        }
    }

    private static Finding Explain(HttpRequestException exception, string host, string? proxy)
    {
        var through = proxy is null ? "" : $" {proxy} is set, so the way leads through that proxy.";
        return exception.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => Finding.Problem(
                $"The name of {host} could not be resolved.{through}",
                "Check the network connection and its DNS server."
            ),
            HttpRequestError.SecureConnectionError => Finding.Problem(
                $"No secure connection to {host}: its certificate or protocol was refused.{through}",
                "Check the clock. Where a company's proxy opens TLS, add its certificate to the system's store."
            ),
            HttpRequestError.ProxyTunnelError => Finding.Problem(
                $"The proxy does not let {host} through.{through}",
                "Check the proxy's address, name and password, or allow the host there."
            ),
            _ when exception.InnerException is AuthenticationException => Finding.Problem(
                $"No secure connection to {host}: its certificate was refused.{through}",
                "Check the clock and the system's certificates."
            ),
            _ => Finding.Problem(
                $"{host} could not be reached.{through}",
                "Check the network connection and the firewall."
            ),
        };
    }

    private static string? ProxyIn(Surveyed surveyed) =>
        ProxyVariables.FirstOrDefault(name => !string.IsNullOrEmpty(surveyed.Inputs.Environment(name)));
}
