using CodexProxy.Accounts;
using CodexProxy.Clients;
using CodexProxy.Options;

namespace CodexProxy.Diagnosis;

/// <summary>What the checks look at.</summary>
internal sealed record Surveyed
{
    /// <summary>The settings in force.</summary>
    public required ProxyOptions Options { get; init; }

    /// <summary>The environment and folders.</summary>
    public required OptionInputs Inputs { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The accounts that serve uses.</summary>
    public required AccountDirectory Accounts { get; init; }

    /// <summary>Reaches the backend and the issuer.</summary>
    public required HttpClient Upstream { get; init; }

    /// <summary>Reaches this machine, past any proxy.</summary>
    public required HttpClient Local { get; init; }

    /// <summary>Starts programs.</summary>
    public RunProgram Run { get; init; } = Programs.RunAsync;

    /// <summary>Where a client on this machine should reach the gateway.</summary>
    public string BaseUrl => ReachableAddress.Of(Options.Server);
}
