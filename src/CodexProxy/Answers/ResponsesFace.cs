using System.Buffers;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Answers;

/// <summary>OpenAI's Responses, the upstream's own protocol. One instance serves one request.</summary>
/// <param name="answer">What of the answer is the client's own.</param>
/// <param name="compacts">Whether the whole body is that of a compaction.</param>
internal sealed class ResponsesFace(ResponsesAnswer answer, bool compacts = false) : Face<ResponsesEvent>
{
    /// <inheritdoc/>
    public override RequestFace Kind => RequestFace.Responses;

    /// <inheritdoc/>
    public override bool ReadsJson => true;

    /// <inheritdoc/>
    public override ResponsesEvent Ping => ResponsesEvent.KeepAlive;

    /// <inheritdoc/>
    public override IAnswerTranslator<ResponsesEvent> Translate(
        TranslationContext context,
        ResponseTranslatorSettings settings
    ) => new ResponsesTranslator(settings, answer);

    /// <inheritdoc/>
    public override IEventWriter<ResponsesEvent> OpenStream() => new ResponsesEventWriter();

    /// <inheritdoc/>
    public override IEventFold<ResponsesEvent> OpenFold() => new Fold(compacts ? answer.Input : null);

    private sealed class Fold(IReadOnlyList<KeptItem>? compacted) : IEventFold<ResponsesEvent>
    {
        private readonly ResponsesFold _fold = new();

        public ClientError? Problem => _fold.Problem;

        public void Accept(ResponsesEvent e) => _fold.Accept(e);

        public void Write(IBufferWriter<byte> output)
        {
            if (compacted is null)
            {
                _fold.Write(output);
            }
            else
            {
                _fold.WriteCompaction(output, compacted);
            }
        }
    }
}
