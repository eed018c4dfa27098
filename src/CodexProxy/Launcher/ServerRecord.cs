using CodexProxy.Clients;
using CodexProxy.Options;
using CodexProxy.Telemetry;

namespace CodexProxy.Launcher;

/// <summary>What a running server leaves for the other commands: how to reach it and how to end it.</summary>
internal sealed record ServerRecord
{
    /// <summary>Number of its process.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Start of its process, as <see cref="ProcessStart"/> tells it.</summary>
    public required string ProcessStart { get; init; }

    /// <summary>The bound address; may be a wildcard.</summary>
    public required Uri Address { get; init; }

    /// <summary>Version of the program.</summary>
    public required string Version { get; init; }

    /// <summary>When it began to listen.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Proves to the server that a caller may change things: it can read this user's files.</summary>
    public required Secret ManagementToken { get; init; }

    /// <summary>SHA-256 of the certificate it shows, 64 hex digits; null when it serves plain http.</summary>
    public string? Certificate { get; init; }

    /// <summary>Where it logs; null for a server that writes to its own terminal only.</summary>
    public string? LogFile { get; init; }

    /// <summary>The flags it was started with, so that a restart can repeat them. Flags hold no secrets.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; init; } = new Dictionary<string, string>();

    /// <summary>The address as clients on this machine use it.</summary>
    public string ClientUrl => ReachableAddress.Of(Address);

    /// <summary>Whether the process that wrote this still runs.</summary>
    public bool IsProcessRunning => Launcher.ProcessStart.IsRunning(ProcessId, ProcessStart);

    /// <summary>The record of this process.</summary>
    /// <param name="address">The bound address.</param>
    /// <param name="managementToken">What changes of this run need.</param>
    /// <param name="startedAt">Now.</param>
    public static ServerRecord OfThisProcess(Uri address, Secret managementToken, DateTimeOffset startedAt) =>
        new()
        {
            ProcessId = Environment.ProcessId,
            ProcessStart = Launcher.ProcessStart.Of(Environment.ProcessId) ?? "",
            Address = address,
            Version = ProductInfo.Version,
            StartedAt = startedAt,
            ManagementToken = managementToken,
        };
}
