using CodexProxy.Protocol.Anthropic;

namespace CodexProxy.Relay;

/// <summary>An answer folded into one message: the same events, read by another consumer.</summary>
internal sealed class WholeAnswer(HttpContext http) : Answer(http)
{
    private MessageAccumulator _message = new();

    /// <inheritdoc/>
    public override bool Streams => false;

    /// <inheritdoc/>
    public override void Take(List<StreamEvent> events)
    {
        foreach (var streamEvent in events)
        {
            _message.Accept(streamEvent);
        }
    }

    /// <inheritdoc/>
    public override ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public override async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (!_message.TryFinish(out var message, out var invalidInput))
        {
            await RejectAsync(
                ClientError.Passing(500, "api_error", $"The model's input for the tool {invalidInput} is no JSON.")
            );
            return;
        }

        Begin("application/json");
        MessageWriter.Write(Http.Response.BodyWriter, message);
        await Http.Response.BodyWriter.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override bool TryStartOver()
    {
        _message = new MessageAccumulator();
        return true;
    }
}
