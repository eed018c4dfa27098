using System.Globalization;
using CodexProxy.Protocol.Errors;

namespace CodexProxy.Protocol.Failures;

/// <summary>
/// Failures of an alternate upstream, by its name: nobody should look for the cause in the ChatGPT plan. What is wrong with
/// the request itself is told as for every upstream.
/// </summary>
internal static class AlternateWords
{
    /// <summary>The client's error; null where the usual words do, or where the Codex backend was asked.</summary>
    public static ClientError? Of(UpstreamFailure failure, FailureFacts facts)
    {
        if (facts.Upstream is not { } name)
        {
            return null;
        }

        var said = Said(failure);
        return failure.Kind switch
        {
            FailureKind.Unauthorized => ClientError.Unauthenticated(
                $"The upstream {name} does not accept its key{said}"
            ),
            FailureKind.Billing => ClientError.Final(402, "billing_error", $"The upstream {name} wants payment{said}"),
            FailureKind.Forbidden => ClientError.Forbidden($"The upstream {name} refused this request (403){said}"),
            FailureKind.BadRequest or FailureKind.Policy => ClientError.Invalid(
                $"The upstream {name} rejected the request{said}"
            ),
            FailureKind.EdgeBlock => ClientError.Final(
                503,
                "api_error",
                $"The edge of the upstream {name} refused the connection ({failure.Status}, {failure.Code})."
            ),
            FailureKind.WrongAddress => ClientError.Final(
                503,
                "api_error",
                $"The upstream {name} has no such address (404){said}"
            ),
            FailureKind.UsageLimit or FailureKind.RateLimited => Limited(failure, name, said),
            FailureKind.Overloaded => ClientError.Passing(
                ClientError.OverloadedStatus,
                "overloaded_error",
                $"The upstream {name} is overloaded{said}"
            ),
            FailureKind.Silence => ClientError.Passing(
                504,
                "timeout_error",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The upstream {name} sent nothing for {facts.IdleTimeout.TotalSeconds:0} s."
                )
            ),
            FailureKind.Unreachable => ClientError.Passing(
                504,
                "timeout_error",
                $"The upstream {name} could not be reached."
            ),
            FailureKind.Cut => ClientError.Passing(
                500,
                "api_error",
                $"The upstream {name} closed the connection before the answer was complete."
            ),
            FailureKind.ServerError => ClientError.Passing(500, "api_error", $"The upstream {name} failed{said}"),
            _ => null,
        };
    }

    private static ClientError Limited(UpstreamFailure failure, string name, string said)
    {
        var message = $"The upstream {name} limits the rate of requests{said}";
        var error =
            failure.RetryDelay > TimeSpan.FromSeconds(60)
                ? ClientError.Final(429, "rate_limit_error", message)
                : new ClientError(429, "rate_limit_error", message);
        return error.After(failure.RetryDelay, withMilliseconds: true);
    }

    private static string Said(UpstreamFailure failure) =>
        failure.Message is not { } message ? "."
        : FailureTranslator.IsActedOn(message) ? $": {FailureTranslator.Bare(failure)}"
        : $": {message}";
}
