using System.Security.Cryptography;
using CodexProxy.Answers;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Endpoints;

/// <summary>
/// Gives each request its id, <c>req_01</c> and 22 letters and digits, which answers carry as <c>request-id</c>, errors in their
/// body, and log lines in their scope. It is <see cref="HttpContext.TraceIdentifier"/> from here on.
/// </summary>
internal static class RequestIdentity
{
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Renew(context);
        Stamp(context);
        return next(context);
    }

    /// <summary>Gives an id of its own to the next of several requests that come over one connection.</summary>
    public static void Renew(HttpContext context)
    {
        Span<byte> randomness = stackalloc byte[Identifiers.RequestIdBytes];
        RandomNumberGenerator.Fill(randomness);
        context.TraceIdentifier = Identifiers.ToRequestId(randomness);
    }

    /// <summary>Writes the id into the header where the client's libraries look for it.</summary>
    public static void Stamp(HttpContext context)
    {
        context.Response.Headers["request-id"] = context.TraceIdentifier;
        if (!ErrorForm.IsAnthropic(context.Request))
        {
            context.Response.Headers["x-request-id"] = context.TraceIdentifier;
        }
    }
}
