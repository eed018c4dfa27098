using System.Collections.Concurrent;
using System.Text;
using CodexProxy.Accounts;
using CodexProxy.Options;
using CodexProxy.Telemetry;

namespace CodexProxy.Codex;

/// <summary>The keys of alternate upstreams: those of the settings, and those in the key store of the system.</summary>
internal sealed class UpstreamKeys(ISecretVault vault, TimeProvider timeProvider)
{
    // A key store may ask the person, or another process, each time.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (Secret? Key, DateTimeOffset At)> _read = [];

    /// <summary>The key of an upstream; null when it needs none, or when it cannot be had.</summary>
    /// <param name="upstream">The upstream.</param>
    /// <param name="problem">Why the key that it needs cannot be had; null when nothing is wrong.</param>
    public Secret? Find(AlternateUpstream upstream, out string? problem)
    {
        problem = null;
        if (upstream.Key is { } key)
        {
            return key;
        }

        if (upstream.KeyIsStored)
        {
            try
            {
                if (Read(upstream.Name) is { } stored)
                {
                    return stored;
                }

                problem =
                    $"the key store holds no key for it; `{ProductInfo.Name} upstreams key {upstream.Name}` takes one.";
            }
            catch (IOException exception)
            {
                problem = exception.Message;
            }
        }
        else if (upstream.KeyVariable is { } variable)
        {
            problem = $"the environment variable {variable} is not set.";
        }

        return null;
    }

    /// <summary>Keeps a key in the key store.</summary>
    /// <exception cref="IOException">The key store refuses, is locked, or is not there.</exception>
    public void Store(string upstream, Secret key)
    {
        vault.Write(Entry(upstream), Encoding.UTF8.GetBytes(key.Reveal()));
        _read.TryRemove(upstream, out _);
    }

    /// <summary>Removes a key from the key store, if it is there.</summary>
    /// <exception cref="IOException">The key store refuses, is locked, or is not there.</exception>
    public void Remove(string upstream)
    {
        vault.Remove(Entry(upstream));
        _read.TryRemove(upstream, out _);
    }

    private Secret? Read(string upstream)
    {
        var now = timeProvider.GetUtcNow();
        if (
            _read.TryGetValue(upstream, out var known)
            && known.Key is not null
            && (now - known.At).Duration() < Lifetime
        )
        {
            return known.Key;
        }

        var key = vault.Read(Entry(upstream)) is { Length: > 0 } bytes
            ? new Secret(Encoding.UTF8.GetString(bytes))
            : null;
        _read[upstream] = (key, now);
        return key;
    }

    private static string Entry(string upstream) => $"upstream-{upstream}";
}
