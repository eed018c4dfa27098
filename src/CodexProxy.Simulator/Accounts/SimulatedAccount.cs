using CodexProxy.Simulator.Quota;

namespace CodexProxy.Simulator.Accounts;

/// <summary>One person's plan in one workspace.</summary>
public sealed class SimulatedAccount
{
    internal SimulatedAccount(string id, string userId, string email, string planType, TimeProvider clock)
    {
        (Id, UserId, Email, PlanType) = (id, userId, email, planType);
        Quota = new AccountQuota(clock, planType);
    }

    /// <summary>The id that requests name in <c>chatgpt-account-id</c>.</summary>
    public string Id { get; }

    /// <summary>The person's id.</summary>
    public string UserId { get; }

    /// <summary>The person's address.</summary>
    public string Email { get; }

    /// <summary>The plan, such as <c>plus</c>.</summary>
    public string PlanType { get; }

    /// <summary>How much of the plan is used.</summary>
    public AccountQuota Quota { get; }

    /// <summary>Origin the workspace is bound to. The real ones are https, which a stand-in on loopback has not.</summary>
    public string? BackendOrigin { get; set; } = "NO_CONSTRAINT";

    /// <summary>Region the workspace is bound to.</summary>
    public string? RoutingOverride { get; set; } = "NO_CONSTRAINT";

    /// <summary>Whether the workspace was switched off: requests get 402.</summary>
    public bool IsDeactivated { get; set; }
}
