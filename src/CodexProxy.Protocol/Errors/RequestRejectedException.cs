using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Errors;

/// <summary>A request that cannot be served; carries the client's error to where it is written.</summary>
public sealed class RequestRejectedException(ClientError error) : Exception(error.Message)
{
    /// <summary>A field of the request is wrong, or asks for what cannot be served.</summary>
    /// <param name="field">Path of the field; <c>""</c> for the body itself.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <param name="code">Code for clients to act on.</param>
    /// <param name="status">HTTP status.</param>
    public RequestRejectedException(string field, string problem, string? code = null, int status = 400)
        : this(Naming(field, field.Length == 0 ? problem : $"{field}: {problem}", code, status)) { }

    /// <summary>The body is no JSON.</summary>
    internal RequestRejectedException(BrokenJsonException exception)
        : this(Naming(exception.Field, exception.Message, null, 400)) { }

    /// <summary>What to answer.</summary>
    public ClientError Error { get; } = error;

    private static ClientError Naming(string field, string message, string? code, int status) =>
        ClientError.Invalid(message, status) with
        {
            Plain = new PlainError(code, field.Length == 0 ? null : field, message),
        };
}
