using CodexProxy.Protocol.Errors;

namespace CodexProxy.Answers;

/// <summary>
/// Answers with an error in the words of the client's protocol; the id of the request is in the header <c>request-id</c>.
/// </summary>
/// <param name="error">What to answer.</param>
internal sealed class ClientErrorResult(ClientError error) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ErrorForm.Write(httpContext, error);
        await httpContext.Response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }
}
