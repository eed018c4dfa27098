using System.Buffers;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.ChatTranslation;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Answers;

/// <summary>OpenAI's Chat Completions.</summary>
internal sealed class ChatFace : Face<ChatChunk>
{
    private ChatFace() { }

    /// <summary>The only instance.</summary>
    public static ChatFace Instance { get; } = new();

    /// <inheritdoc/>
    public override RequestFace Kind => RequestFace.Chat;

    /// <inheritdoc/>
    public override ChatChunk Ping => ChatChunk.KeepAlive.Instance;

    /// <inheritdoc/>
    public override IAnswerTranslator<ChatChunk> Translate(
        TranslationContext context,
        ResponseTranslatorSettings settings
    ) => new ChatTranslator(context, settings);

    /// <inheritdoc/>
    public override IEventWriter<ChatChunk> OpenStream() => new ChatChunkWriter();

    /// <inheritdoc/>
    public override IEventFold<ChatChunk> OpenFold() => new CompletionFold();

    private sealed class CompletionFold : IEventFold<ChatChunk>
    {
        private readonly ChatAccumulator _completion = new();

        public ClientError? Problem => _completion.TryFinish(out _) ? null : ClientError.Internal;

        public void Accept(ChatChunk e) => _completion.Accept(e);

        public void Write(IBufferWriter<byte> output)
        {
            if (_completion.TryFinish(out var completion))
            {
                completion.Write(output);
            }
        }
    }
}
