using CodexProxy.Protocol.Anthropic;

namespace CodexProxy.Answers;

/// <summary>Answers with an error; the id in the body is the one in the header <c>request-id</c>.</summary>
/// <param name="error">What to answer.</param>
internal sealed class ClientErrorResult(ClientError error) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        foreach (var (name, value) in error.Headers)
        {
            response.Headers[name] = value;
        }

        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            error.Write(response.BodyWriter, httpContext.TraceIdentifier);
            await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }
    }
}
