namespace CodexProxy.Simulator.Requests;

/// <summary>What the simulator serves.</summary>
public enum SimulatedEndpoint
{
    /// <summary><c>POST /backend-api/codex/responses</c>.</summary>
    Responses,

    /// <summary><c>GET /backend-api/codex/models</c>.</summary>
    Models,

    /// <summary><c>GET /backend-api/wham/usage</c>.</summary>
    Usage,

    /// <summary><c>GET /backend-api/wham/accounts/check</c>.</summary>
    AccountsCheck,

    /// <summary><c>POST /oauth/token</c>.</summary>
    Token,

    /// <summary><c>POST /oauth/revoke</c>.</summary>
    Revoke,

    /// <summary><c>GET /oauth/authorize</c>.</summary>
    Authorize,

    /// <summary><c>GET /oauth/decision</c>: where the buttons of the sign-in page lead.</summary>
    Decision,

    /// <summary><c>POST /api/accounts/deviceauth/usercode</c>.</summary>
    DeviceUserCode,

    /// <summary><c>POST /api/accounts/deviceauth/token</c>.</summary>
    DeviceToken,

    /// <summary>Everything else; answered 404.</summary>
    Unknown,
}
