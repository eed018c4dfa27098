namespace CodexProxy.Options;

/// <summary>The backend, its token endpoint, and how the program names itself to both.</summary>
public sealed record UpstreamOptions
{
    private const string ResponsesSuffix = "/responses";

    /// <summary>
    /// Root of the backend. Default <c>https://chatgpt.com/backend-api</c>. https, or http to loopback.
    /// </summary>
    public Uri BaseUrl { get; init; } = new("https://chatgpt.com/backend-api");

    /// <summary>Full URL of the responses endpoint; wins over <see cref="BaseUrl"/>. Default none.</summary>
    public Uri? ResponsesUrl { get; init; }

    /// <summary>
    /// Issuer of the tokens; the token endpoint is this plus <c>/oauth/token</c>. Default
    /// <c>https://auth.openai.com</c>. Needs a restart.
    /// </summary>
    public Uri AuthIssuer { get; init; } = new("https://auth.openai.com");

    /// <summary>
    /// Value of the header <c>originator</c>. Default <c>codex_proxy</c>: the program does not pose as another.
    /// </summary>
    public string Originator { get; init; } = "codex_proxy";

    /// <summary>Value of the header <c>user-agent</c>. Default <c>codex-proxy/VERSION (OS; ARCHITECTURE)</c>.</summary>
    public string UserAgent { get; init; } = ProductInfo.UserAgent;

    /// <summary>
    /// Codex client version whose protocol is spoken, <c>x.y.z</c>; sent as <c>version</c>. The backend refuses
    /// models whose minimal client version is higher. Default 0.169.0.
    /// </summary>
    public string ClientVersion { get; init; } = "0.169.0";

    /// <summary>Longest silence between two upstream events. Default 300 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>The responses endpoint.</summary>
    public Uri Responses => ResponsesUrl ?? Under(BaseUrl, "/codex/responses");

    /// <summary>
    /// The model catalogue: the neighbour of <see cref="Responses"/>, so that a token never goes to a host that the
    /// user has replaced.
    /// </summary>
    public Uri Models
    {
        get
        {
            var path = Responses.AbsolutePath;
            var folder = path.EndsWith(ResponsesSuffix, StringComparison.Ordinal)
                ? path[..^ResponsesSuffix.Length]
                : path.TrimEnd('/');
            return new Uri(Responses, folder + "/models");
        }
    }

    /// <summary>The account's quota; ChatGPT's own base and others name it differently.</summary>
    public Uri Usage =>
        Under(
            BaseUrl,
            BaseUrl.AbsolutePath.Contains("/backend-api", StringComparison.Ordinal) ? "/wham/usage" : "/api/codex/usage"
        );

    /// <summary>Which workspaces a login has, and where they are served.</summary>
    public Uri AccountsCheck => Under(BaseUrl, "/wham/accounts/check");

    /// <summary>The token endpoint.</summary>
    public Uri Token => Under(AuthIssuer, "/oauth/token");

    /// <summary>The endpoint that ends logins.</summary>
    public Uri Revoke => Under(AuthIssuer, "/oauth/revoke");

    /// <summary>Where a person allows a sign-in in the browser.</summary>
    public Uri Authorize => Under(AuthIssuer, "/oauth/authorize");

    /// <summary>Where a code for another device is asked for.</summary>
    public Uri DeviceCode => Under(AuthIssuer, "/api/accounts/deviceauth/usercode");

    /// <summary>Where a device asks whether its person has allowed it.</summary>
    public Uri DeviceToken => Under(AuthIssuer, "/api/accounts/deviceauth/token");

    /// <summary>Where a person types the code of a device.</summary>
    public Uri DevicePage => Under(AuthIssuer, "/codex/device");

    /// <summary>The redirect that belongs to every device's code.</summary>
    public Uri DeviceRedirect => Under(AuthIssuer, "/deviceauth/callback");

    private static Uri Under(Uri root, string path) => new(root.AbsoluteUri.TrimEnd('/') + path);
}
