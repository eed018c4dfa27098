using System.Buffers;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Answers;

/// <summary>Anthropic's Messages.</summary>
internal sealed class MessagesFace : Face<StreamEvent>
{
    private MessagesFace() { }

    /// <summary>The only instance.</summary>
    public static MessagesFace Instance { get; } = new();

    /// <inheritdoc/>
    public override RequestFace Kind => RequestFace.Messages;

    /// <inheritdoc/>
    public override StreamEvent Ping => StreamEvent.Ping.Instance;

    /// <inheritdoc/>
    public override IAnswerTranslator<StreamEvent> Translate(
        TranslationContext context,
        ResponseTranslatorSettings settings
    ) => new ResponseTranslator(context, settings);

    /// <inheritdoc/>
    public override IEventWriter<StreamEvent> OpenStream() => new StreamEventWriter();

    /// <inheritdoc/>
    public override IEventFold<StreamEvent> OpenFold() => new MessageFold();

    private sealed class MessageFold : IEventFold<StreamEvent>
    {
        private readonly MessageAccumulator _message = new();

        public ClientError? Problem =>
            _message.TryFinish(out _, out var invalidInput)
                ? null
                : ClientError.Passing(500, "api_error", $"The model's input for the tool {invalidInput} is no JSON.");

        public void Accept(StreamEvent e) => _message.Accept(e);

        public void Write(IBufferWriter<byte> output)
        {
            if (_message.TryFinish(out var message, out _))
            {
                MessageWriter.Write(output, message);
            }
        }
    }
}
