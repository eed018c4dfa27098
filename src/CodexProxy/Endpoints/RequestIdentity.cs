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
        context.TraceIdentifier = NewId();
        Stamp(context);
        return next(context);
    }

    /// <summary>An id that no request has had.</summary>
    public static string NewId()
    {
        Span<byte> randomness = stackalloc byte[Identifiers.RequestIdBytes];
        RandomNumberGenerator.Fill(randomness);
        return Identifiers.ToRequestId(randomness);
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
