using System.Security.Cryptography;

namespace CodexProxy.Endpoints;

/// <summary>
/// Gives each request its id, <c>req_</c> and 24 digits, which answers carry as <c>request-id</c>, errors in their
/// body, and log lines in their scope. It is <see cref="HttpContext.TraceIdentifier"/> from here on.
/// </summary>
internal static class RequestIdentity
{
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        context.TraceIdentifier = "req_" + RandomNumberGenerator.GetHexString(24, lowercase: true);
        context.Response.Headers["request-id"] = context.TraceIdentifier;
        return next(context);
    }
}
