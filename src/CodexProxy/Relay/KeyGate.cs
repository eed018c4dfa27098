using System.Globalization;
using CodexProxy.Keys;
using CodexProxy.Protocol.Errors;

namespace CodexProxy.Relay;

/// <summary>Holds a request for a model against the key it came with: its models, its limits, its end.</summary>
internal static class KeyGate
{
    /// <summary>Lets a request through and counts it. One without a named key has no limits.</summary>
    /// <param name="http">The request, or the connection it came over.</param>
    /// <param name="allows">Whether a key may ask for its model.</param>
    /// <exception cref="RequestRejectedException">It is refused: 401, 403 or 429.</exception>
    public static void Admit(HttpContext http, Predicate<NamedKey> allows)
    {
        if (http.Features.Get<KeyGrant>() is not { } grant)
        {
            return;
        }

        // A connection may outlive its key.
        if (grant.Key is not { } key)
        {
            throw new RequestRejectedException(ClientError.Unauthenticated("This key has been revoked."));
        }

        if (grant.HasExpired)
        {
            throw new RequestRejectedException(Expired(key));
        }

        if (!allows(key))
        {
            throw new RequestRejectedException(NotIts(key));
        }

        if (grant.Ask() is { } refusal)
        {
            throw new RequestRejectedException(Limited(refusal));
        }
    }

    /// <summary>The answer to a key that asks for a model which is not one of its own.</summary>
    public static ClientError NotIts(NamedKey key) =>
        ClientError.Forbidden($"This key may not ask for this model. It may ask for: {string.Join(", ", key.Models)}.");

    /// <summary>The answer to a key that has ended.</summary>
    public static ClientError Expired(NamedKey key) =>
        ClientError.Unauthenticated(
            string.Create(
                CultureInfo.InvariantCulture,
                $"This key expired at {key.ExpiresAt:yyyy-MM-dd HH:mm} UTC. Ask for a new one."
            )
        );

    // Clients repeat by themselves what is free again soon, and would hammer in vain at what is not.
    private static ClientError Limited(KeyRefusal refusal)
    {
        const string type = "rate_limit_error";
        var message = $"This key's limit of {refusal.Limit} is used up.";
        return (
            refusal.Wait <= TimeSpan.FromMinutes(1)
                ? ClientError.Passing(429, type, message)
                : ClientError.Final(429, type, message)
        ).After(refusal.Wait, withMilliseconds: false);
    }
}
