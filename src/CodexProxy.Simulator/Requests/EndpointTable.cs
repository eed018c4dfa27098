namespace CodexProxy.Simulator.Requests;

/// <summary>Which method and path means which endpoint.</summary>
internal static class EndpointTable
{
    public static SimulatedEndpoint Find(string method, string path) =>
        (method, path) switch
        {
            ("POST", "/backend-api/codex/responses") => SimulatedEndpoint.Responses,
            ("GET", "/backend-api/codex/models") => SimulatedEndpoint.Models,
            ("GET", "/backend-api/wham/usage") => SimulatedEndpoint.Usage,
            ("GET", "/backend-api/wham/accounts/check") => SimulatedEndpoint.AccountsCheck,
            ("POST", "/oauth/token") => SimulatedEndpoint.Token,
            ("POST", "/oauth/revoke") => SimulatedEndpoint.Revoke,
            ("GET", "/oauth/authorize") => SimulatedEndpoint.Authorize,
            ("GET", "/oauth/decision") => SimulatedEndpoint.Decision,
            ("POST", "/api/accounts/deviceauth/usercode") => SimulatedEndpoint.DeviceUserCode,
            ("POST", "/api/accounts/deviceauth/token") => SimulatedEndpoint.DeviceToken,
            _ => SimulatedEndpoint.Unknown,
        };
}
