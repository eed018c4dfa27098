using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Endpoints;

/// <summary>An error as the Messages API words it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">One of the API's error types.</param>
/// <param name="Message">Text for people; never a secret.</param>
/// <param name="ShouldRetry">Value of <c>x-should-retry</c>; null leaves the header out.</param>
public sealed record AnthropicError(int Status, string Type, string Message, bool? ShouldRetry = null)
{
    /// <summary>No endpoint at this path; clients take it for "not implemented".</summary>
    public static AnthropicError NotFound(string path) => new(404, "not_found_error", $"Not found: {path}");

    /// <summary>The request did not come from where requests may come from.</summary>
    public static AnthropicError Forbidden(string message) => new(403, "permission_error", message);

    /// <summary>No configured key was presented. Retrying would present the same one.</summary>
    public static AnthropicError InvalidKey { get; } =
        new(401, "authentication_error", "invalid x-api-key", ShouldRetry: false);

    /// <summary>The body is larger than the limit.</summary>
    public static AnthropicError TooLarge { get; } =
        new(413, "request_too_large", "Request exceeds the maximum size", ShouldRetry: false);

    /// <summary>A fault of this program.</summary>
    public static AnthropicError Internal { get; } = new(500, "api_error", "Internal server error", ShouldRetry: true);

    /// <summary>A request that cannot be served as it is.</summary>
    public static AnthropicError Invalid(string message, int status = 400) =>
        new(status, "invalid_request_error", message, ShouldRetry: false);
}

/// <summary>
/// Answers with an <see cref="AnthropicError"/>; the id in the body is the one in the header <c>request-id</c>.
/// </summary>
/// <param name="error">What to answer.</param>
public sealed class AnthropicErrorResult(AnthropicError error) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        if (error.ShouldRetry is { } retry)
        {
            response.Headers["x-should-retry"] = retry ? "true" : "false";
        }

        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, Wire.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("type", "error");
            writer.WriteStartObject("error");
            writer.WriteString("type", error.Type);
            writer.WriteString("message", error.Message);
            writer.WriteEndObject();
            writer.WriteString("request_id", httpContext.TraceIdentifier);
            writer.WriteEndObject();
        }

        response.ContentLength = buffer.WrittenCount;
        return HttpMethods.IsHead(httpContext.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(buffer.WrittenMemory, httpContext.RequestAborted).AsTask();
    }
}

/// <summary>A request that cannot be served; carries the answer to where it is written.</summary>
public sealed class RejectedRequestException(AnthropicError error) : Exception(error.Message)
{
    /// <summary>What to answer.</summary>
    public AnthropicError Error { get; } = error;
}
