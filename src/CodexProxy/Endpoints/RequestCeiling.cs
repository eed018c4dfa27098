using CodexProxy.Options;
using CodexProxy.Protocol.Errors;
using CodexProxy.Relay;

namespace CodexProxy.Endpoints;

/// <summary>Serves so many requests for models at the same time and no more; a connection of frames counts as one.</summary>
internal sealed class RequestCeiling(OptionsSource options, Closing closing)
{
    private int _served;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!AllowedPages.IsForModels(context.Request))
        {
            await next(context);
            return;
        }

        if (closing.Begun.IsCancellationRequested)
        {
            // What comes over a connection that was open already.
            throw new RequestRejectedException(ClientError.Stopping);
        }

        try
        {
            if (Interlocked.Increment(ref _served) > options.Current.Server.MaxRequests)
            {
                throw new RequestRejectedException(
                    ClientError
                        .Passing(
                            ClientError.OverloadedStatus,
                            "overloaded_error",
                            "This gateway serves as many requests as it may (server.maxRequests). Try again."
                        )
                        .After(TimeSpan.FromSeconds(1), withMilliseconds: false)
                );
            }

            using var cut = closing.Cut.UnsafeRegister(static served => ((HttpContext)served!).Abort(), context);
            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _served);
        }
    }
}
