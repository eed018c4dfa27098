using CodexProxy.Answers;
using CodexProxy.Protocol.Errors;
using CodexProxy.Relay;

namespace CodexProxy.Endpoints;

/// <summary>
/// Turns what escapes from below into an answer of the client's protocol, and never shows an exception to it.
/// </summary>
internal sealed partial class FailureBoundary(TurnRecorder recorder, ILogger<FailureBoundary> logger)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody is there to be told.
            context.Abort();
        }
        catch (RequestRejectedException exception)
        {
            await AnswerAsync(context, exception.Error);
        }
        catch (BadHttpRequestException exception)
        {
            await AnswerAsync(
                context,
                exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? ClientError.TooLarge
                    : ClientError.Invalid("The request could not be read.", exception.StatusCode)
            );
        }
#pragma warning disable CA1031 // The outermost handler: whatever comes is our own fault, and the client gets an answer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFault(exception, context.TraceIdentifier);
            await AnswerAsync(context, ClientError.Internal);
        }
    }

    private async Task AnswerAsync(HttpContext context, ClientError error)
    {
        recorder.KeepRejected(context, error);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        RequestIdentity.Stamp(context);
        await new ClientErrorResult(error).ExecuteAsync(context);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} failed inside the program.")]
    private partial void LogFault(Exception exception, string requestId);
}
