using System.Buffers;
using CodexProxy.Fuzz.Inputs;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.ChatTranslation;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Fuzz.Targets;

/// <summary>An answer of the backend, read in pieces of any size and told to a client in its protocol.</summary>
/// <typeparam name="TEvent">An event of the client's protocol.</typeparam>
/// <param name="name">Its name.</param>
/// <param name="weight">How often it is taken.</param>
internal abstract class AnswerTarget<TEvent>(string name, int weight) : FuzzTarget(name, weight, Source)
{
    /// <summary>The streams of the fixtures, for all targets that read them.</summary>
    private static readonly StreamSource Source = new([
        .. Fixtures.Read("codex-backend/sse", "*.sse"),
        .. Fixtures.Read("translation", "*.responses.sse"),
    ]);

    /// <summary>A translator and what it is to know.</summary>
    protected abstract IAnswerTranslator<TEvent> Translate(
        TranslationContext context,
        ResponseTranslatorSettings settings
    );

    /// <summary>Writes its events.</summary>
    protected abstract IEventWriter<TEvent> OpenWriter();

    /// <summary>Judges what was written, and folds the events into one body.</summary>
    protected abstract void Judge(ReadOnlyMemory<byte> written, List<TEvent> events, bool whole);

    /// <summary>One event of the upstream in the form the translator takes.</summary>
    protected virtual ResponseEvent Read(ReadOnlyMemory<byte> data) => ResponseEventReader.Read(data.Span);

    /// <inheritdoc/>
    public override bool Check(byte[] input)
    {
        var dice = new Dice(Dice.Hash(input));
        return Run(Pieces.ReadAllWays(input), dice);
    }

    /// <summary>Tells events to a client.</summary>
    public bool Run(List<byte[]> data, Dice dice)
    {
        var translator = Translate(Context(dice), Settings);
        var output = new List<TEvent>();
        if (dice.OneIn(8))
        {
            translator.Start(output);
        }

        var whole = Tell(translator, data, output, dice, attempts: 2);
        var written = new ArrayBufferWriter<byte>(4096);
        using (var writer = OpenWriter())
        {
            foreach (var e in output)
            {
                writer.Write(written, e);
            }
        }

        Judge(written.WrittenMemory, output, whole);
        Holds(!whole || translator.Turn is not null, "a whole answer without its summary");
        return whole;
    }

    // What the relay does with a translator.
    private bool Tell(
        IAnswerTranslator<TEvent> translator,
        List<byte[]> data,
        List<TEvent> output,
        Dice dice,
        int attempts
    )
    {
        foreach (var one in data)
        {
            translator.Accept(Read(one), output);
            if (translator.State != TranslationState.Running)
            {
                break;
            }

            if (dice.OneIn(16))
            {
                translator.KeepThinkingAlive(output);
            }
        }

        translator.EndOfStream();
        _ = translator.OutputSoFar.Count;
        Holds(translator.State != TranslationState.Running, "a stream that has ended and goes on");
        switch (translator.State)
        {
            case TranslationState.Completed or TranslationState.Satisfied:
                return true;
            case TranslationState.Empty
            or TranslationState.Continue
            or TranslationState.Failed
                when attempts > 0
                    && dice.OneIn(2)
                    && (!translator.HasSentBlock || translator.State == TranslationState.Continue):
                translator.BeginAttempt(dice.OneIn(2) ? "f" : null);
                return Tell(translator, data, output, dice, attempts - 1);
            case TranslationState.Empty or TranslationState.Continue:
                translator.Complete(output);
                return true;
            case TranslationState.Failed when translator is { Started: true, CanFinishAfterCut: true } && dice.OneIn(2):
                translator.Complete(output);
                return true;
            default:
                translator.WriteError(ClientError.Passing(500, "api_error", "m"), output);
                return false;
        }
    }

    private static readonly ResponseTranslatorSettings Settings = new()
    {
        RequestId = "req_1",
        InputTokensEstimate = 7,
        CountTokens = static text => (text.Length + 3) / 4,
        CreatedAt = 7,
        AccountFingerprint = "f",
    };

    private static TranslationContext Context(Dice dice) =>
        new()
        {
            RequestedModel = "m",
            Model = CodexModel.Unknown("m"),
            CacheKey = "k",
            ThinkingRequested = !dice.OneIn(3),
            ThinkingTextOmitted = dice.OneIn(8),
            HasCustomCalls = dice.OneIn(2),
            LegacyFunctions = dice.OneIn(6),
            IncludeUsage = dice.OneIn(2),
            StopSequences = dice.OneIn(3) ? ["e", "th", "\n\n"] : [],
            MaxTokens = dice.OneIn(4) ? dice.Below(20) : null,
            UsedToolUseIds = dice.OneIn(3) ? new HashSet<string> { "toolu_1", "call_1" } : new HashSet<string>(),
            Prefill = dice.OneIn(6) ? "The" : null,
            WebFetchRequested = dice.OneIn(3),
            WebSearchMaxUses = dice.OneIn(4) ? 1 : null,
            BlockedDomains = dice.OneIn(4) ? ["example.com"] : [],
            FastRequested = dice.OneIn(4),
            ScrubbedArguments = dice.OneIn(3) ? [new("Read", "pages"), new("Bash", "command")] : [],
        };
}

/// <summary>Answers for clients of Messages.</summary>
internal sealed class MessagesAnswerTarget() : AnswerTarget<StreamEvent>("messages-answer", 6)
{
    protected override IAnswerTranslator<StreamEvent> Translate(
        TranslationContext context,
        ResponseTranslatorSettings settings
    ) => new ResponseTranslator(context, settings);

    protected override IEventWriter<StreamEvent> OpenWriter() => new StreamEventWriter();

    protected override void Judge(ReadOnlyMemory<byte> written, List<StreamEvent> events, bool whole)
    {
        Forms.Messages(written, whole);
        if (whole)
        {
            var fold = new MessageAccumulator();
            events.ForEach(fold.Accept);
            if (fold.TryFinish(out var message, out _))
            {
                var body = new ArrayBufferWriter<byte>();
                MessageWriter.Write(body, message);
                Forms.NeedJson(body.WrittenMemory, "the whole answer is no JSON");
            }
        }
    }
}

/// <summary>Answers for clients of Chat Completions.</summary>
internal sealed class ChatAnswerTarget() : AnswerTarget<ChatChunk>("chat-answer", 4)
{
    protected override IAnswerTranslator<ChatChunk> Translate(
        TranslationContext context,
        ResponseTranslatorSettings settings
    ) => new ChatTranslator(context, settings);

    protected override IEventWriter<ChatChunk> OpenWriter() => new ChatChunkWriter();

    protected override void Judge(ReadOnlyMemory<byte> written, List<ChatChunk> events, bool whole)
    {
        Forms.Chat(written, whole);
        if (whole)
        {
            var fold = new ChatAccumulator();
            events.ForEach(fold.Accept);
            Holds(fold.TryFinish(out var completion), "a whole answer that cannot be folded");
            var body = new ArrayBufferWriter<byte>();
            completion!.Write(body);
            Forms.NeedJson(body.WrittenMemory, "the whole answer is no JSON");
        }
    }
}

/// <summary>Answers for clients of Responses.</summary>
internal sealed class ResponsesAnswerTarget() : AnswerTarget<ResponsesEvent>("responses-answer", 4)
{
    protected override IAnswerTranslator<ResponsesEvent> Translate(
        TranslationContext context,
        ResponseTranslatorSettings settings
    ) => new ResponsesTranslator(settings, new ResponsesAnswer { Finished = _ => { } });

    protected override IEventWriter<ResponsesEvent> OpenWriter() => new ResponsesEventWriter();

    protected override ResponseEvent Read(ReadOnlyMemory<byte> data) => new RawEvent(base.Read(data), data);

    protected override void Judge(ReadOnlyMemory<byte> written, List<ResponsesEvent> events, bool whole)
    {
        Forms.Responses(written, whole);
        if (whole)
        {
            var fold = new ResponsesFold();
            events.ForEach(fold.Accept);
            Holds(fold.Problem is null, "a whole answer that cannot be folded");
            var body = new ArrayBufferWriter<byte>();
            fold.Write(body);
            Forms.NeedJson(body.WrittenMemory, "the whole answer is no JSON");
            fold.WriteCompaction(new ArrayBufferWriter<byte>(), []);
        }
    }
}
